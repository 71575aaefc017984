package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.headgate.RawClient;
import io.headgate.TestGateway;
import io.headgate.pool.Intent;
import io.headgate.pool.Member;
import io.headgate.pool.MemberSpec;
import io.headgate.pool.Operator;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pool;
import io.headgate.pool.PoolSpec;
import io.headgate.pool.Pools;
import io.headgate.pool.Probe;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of connections to a member that gets no more work. */
@SuppressWarnings("NullAway.Init") // set before each run of the class
@ParameterizedClass(name = "fast path: {0}")
@ValueSource(booleans = {true, false})
class OnDownTest {

    @Parameter
    boolean fast;

    private static TestGateway gateway;
    private HoldingMember server;

    @BeforeParameterizedClassInvocation
    static void start(boolean fast) {
        gateway = TestGateway.start("""
                headgate.pools:
                  web: { members: [], health: { check: none } }
                  strict: { members: [], health: { check: none }, on-down: close }
                spring.cloud.gateway.server.webflux.routes:
                  - { id: web, uri: "lb://web", predicates: [ "Host=web" ] }
                  - { id: strict, uri: "lb://strict", predicates: [ "Host=strict" ] }
                """, "--headgate.fast-path.enabled=" + fast);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        gateway.close();
    }

    @BeforeEach
    void member() {
        server = new HoldingMember();
        configure("web", server.member(0));
        configure("strict", server.member(0));
    }

    @AfterEach
    void leave() throws IOException {
        server.close();
        await().until(() -> inFlight("web") == 0 && inFlight("strict") == 0);
    }

    @Test
    void idleConnectionsAreClosedWhenTheirMemberGetsNoMoreWork() throws IOException {
        Operator drain = new Operator(Intent.DRAIN, null, null, null);
        Operator maintenance = new Operator(Intent.MAINTENANCE, null, null, null);
        idleConnectionIsClosedBy(member -> member.pool().probed(member, Probe.DOWN, "test"));
        pool("web").probed(member("web"), Probe.UP, "test");
        idleConnectionIsClosedBy(member -> member.pool().ejected(member, true, "test"));
        pool("web").ejected(member("web"), false, "test");
        idleConnectionIsClosedBy(member -> member.pool().operate(member, drain));
        pool("web").operate(member("web"), Operator.SILENT);
        idleConnectionIsClosedBy(member -> member.pool().operate(member, maintenance));
        pool("web").operate(member("web"), Operator.SILENT);
        idleConnectionIsClosedBy(member -> configure("web"));
    }

    private void idleConnectionIsClosedBy(Consumer<Member> change) throws IOException {
        try (RawClient client = asks("web", "/idle")) {
            server.answer(1);
            client.readUntil("ok");
        }
        await().until(() -> inFlight("web") == 0);
        assertThat(server.open()).isEqualTo(1);
        change.accept(member("web"));
        await().until(() -> server.open() == 0);
    }

    @Test
    void whatIsOpenFinishesWhereThePoolSaysNothingElseAndItsConnectionIsNotKept() throws IOException {
        try (RawClient client = asks("web", "/open")) {
            pool("web").probed(member("web"), Probe.DOWN, "test");
            server.answer(1);
            assertThat(client.readUntil("ok")).startsWith("HTTP/1.1 200");
            await().until(() -> server.open() == 0);
        }
    }

    @Test
    void aRequestThatWaitsForItsAnswerIsToldThatTheMemberIsDown() throws IOException {
        assumeTrue(fast, "requests on the slow lane finish");
        try (RawClient client = asks("strict", "/open")) {
            pool("strict").probed(member("strict"), Probe.DOWN, "test");
            assertThat(client.readUntil("member-down")).startsWith("HTTP/1.1 502");
            server.answer(1); // it looks at its connection again
            await().until(() -> server.open() == 0);
            assertThat(inFlight("strict")).isZero();
            assertThat(member("strict").count(Outcome.UNKNOWN)).isEqualTo(1);
        }
    }

    @Test
    void anAnswerThatHasBegunIsCut() throws IOException {
        assumeTrue(fast, "requests on the slow lane finish");
        try (RawClient client = asks("strict", "/half")) {
            client.readUntil("8 bytes ");
            pool("strict").probed(member("strict"), Probe.DOWN, "test");
            assertThat(client.readAll()).doesNotContain("ok");
        }
    }

    private static RawClient asksOf(String host, String path) throws IOException {
        return new RawClient(gateway.port()).send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    }

    private RawClient asks(String host, String path) throws IOException {
        int before = server.asked.size();
        RawClient client = asksOf(host, path);
        await().until(() -> server.asked.size() == before + 1);
        return client;
    }

    private static void configure(String name, MemberSpec... members) {
        PoolSpec now = pool(name).spec();
        gateway.bean(Pools.class).update(now.withMembers(List.of(members)));
    }

    private static Pool pool(String name) {
        return gateway.bean(Pools.class).find(name).orElseThrow();
    }

    private static Member member(String name) {
        return pool(name).members().getFirst();
    }

    private static int inFlight(String name) {
        return pool(name).members().stream().mapToInt(Member::inFlight).sum();
    }
}
