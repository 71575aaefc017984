package io.headgate.l7.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hashing pools, whichever lane serves a request. */
class HashingTest {

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theSameKeyGoesToTheSameMemberAndKeysSpread(boolean fast) throws Exception {
        List<RawServer> members = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            members.add(new RawServer(RawServer.answering("member-" + i)));
        }
        String list = String.join(", ", members.stream().map(m -> "\"127.0.0.1:" + m.port() + "\"").toList());
        try (TestGateway gateway = TestGateway
                .start("""
                        headgate:
                          fast-path.enabled: %2$s
                          pools:
                            header: { members: [%1$s], health: { check: none }, balance: consistent-hash, hash-on: "header:X-User" }
                            cookie: { members: [%1$s], health: { check: none }, balance: consistent-hash, hash-on: "cookie:user" }
                            query: { members: [%1$s], health: { check: none }, balance: consistent-hash, hash-on: "query:user" }
                            path: { members: [%1$s], health: { check: none }, balance: consistent-hash, hash-on: path }
                            source: { members: [%1$s], health: { check: none }, balance: source-hash }
                        spring.cloud.gateway.server.webflux.routes:
                          - { id: header, uri: "lb://header", predicates: [ "Path=/header" ] }
                          - { id: cookie, uri: "lb://cookie", predicates: [ "Path=/cookie" ] }
                          - { id: query, uri: "lb://query", predicates: [ "Path=/query" ] }
                          - { id: path, uri: "lb://path", predicates: [ "Path=/path/**" ] }
                          - { id: source, uri: "lb://source", predicates: [ "Path=/source" ] }
                        """
                        .formatted(list, fast))) {
            assertThat(gateway.manage("/actuator/lanes").body()).contains(fast ? "\"fast\"" : "\"slow\"");
            List<Set<String>> answers = List.of(new HashSet<>(), new HashSet<>(), new HashSet<>(),
                    new HashSet<>());
            for (int user = 0; user < 40; user++) {
                for (int again = 0; again < 2; again++) {
                    answers.get(0).add(user + gateway.get("/header", "X-User", "u" + user).body());
                    answers.get(1).add(user + gateway.get("/cookie", "Cookie", "a=b; user=u" + user).body());
                    answers.get(2).add(user + gateway.get("/query?x=1&user=u" + user).body());
                    answers.get(3).add(user + gateway.get("/path/" + user + "?q=" + again).body());
                }
            }
            for (Set<String> each : answers) {
                assertThat(each).as("one member for each user").hasSize(40);
                assertThat(each.stream().map(answer -> answer.substring(answer.indexOf('m'))).distinct())
                        .as("all members are used").hasSize(4);
            }
            Set<String> sources = new HashSet<>();
            for (int i = 0; i < 8; i++) {
                sources.add(gateway.get("/source").body());
                sources.add(gateway.get("/header").body().isEmpty() ? "" : gateway.get("/source").body());
            }
            assertThat(sources).hasSize(1);
        }
        for (RawServer member : members) {
            member.close();
        }
    }
}
