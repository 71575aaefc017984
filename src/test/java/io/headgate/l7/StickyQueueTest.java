package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.pool.Pool;
import io.headgate.pool.Pools;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests of sessions whose members are at their max-connections. */
class StickyQueueTest {

    private static String yaml(boolean fast, HoldingMember a, HoldingMember b) {
        return """
                headgate:
                  fast-path.enabled: %s
                  pools:
                    web:
                      members:
                        - { id: a, address: "%s", max-connections: 1 }
                        - { id: b, address: "%s", max-connections: 1 }
                      health: { check: none }
                      sticky: { cookie: S }
                      queue: { size: 10, timeout: 1m }
                spring.cloud.gateway.server.webflux.routes:
                  - { id: web, uri: "lb://web", predicates: [ "Path=/**" ] }
                """.formatted(fast, a.member(0).address(), b.member(0).address());
    }

    @ParameterizedTest(name = "fast path: {0}")
    @ValueSource(booleans = {true, false})
    void whoWaitsGoesToTheMemberThatHasAPlaceFirstAndTheSessionWithIt(boolean fast) throws IOException {
        try (HoldingMember a = new HoldingMember();
                HoldingMember b = new HoldingMember();
                TestGateway gateway = TestGateway.start(yaml(fast, a, b));
                Wire first = new Wire(gateway.port());
                Wire second = new Wire(gateway.port());
                Wire waiting = new Wire(gateway.port())) {
            first.send(get("/1", ""));
            await().until(() -> a.asked.size() + b.asked.size() == 1);
            HoldingMember one = a.asked.isEmpty() ? b : a;
            HoldingMember other = a.asked.isEmpty() ? a : b;
            second.send(get("/2", ""));
            await().until(() -> other.asked.contains("/2"));
            one.answer(1);
            other.answer(1);
            String toOne = cookie(first.readUntil("\r\n\r\nok"));
            String toOther = cookie(second.readUntil("\r\n\r\nok"));
            assertThat(toOne).isNotEqualTo(toOther);
            Pool pool = gateway.bean(Pools.class).find("web").orElseThrow();
            await().until(() -> pool.members().stream().allMatch(member -> member.inFlight() == 0));

            first.send(get("/3", toOne));
            second.send(get("/4", toOther));
            await().until(() -> one.asked.contains("/3") && other.asked.contains("/4"));
            waiting.send(get("/waits-for-its-own", toOne));
            await().until(() -> pool.queue().length() == 1);
            one.answer(2);
            assertThat(waiting.readUntil("\r\n\r\nok")).startsWith("HTTP/1.1 200")
                    .doesNotContainIgnoringCase("set-cookie");
            assertThat(one.asked).endsWith("/waits-for-its-own");
            assertThat(first.readUntil("\r\n\r\nok")).startsWith("HTTP/1.1 200");
            await().until(() -> pool.members().stream().mapToInt(member -> member.inFlight()).sum() == 1);

            first.send(get("/5", toOne));
            await().until(() -> one.asked.contains("/5"));
            waiting.send(get("/waits-for-any", toOne));
            await().until(() -> pool.queue().length() == 1);
            other.answer(2);
            assertThat(cookie(waiting.readUntil("\r\n\r\nok"))).isEqualTo(toOther);
            assertThat(other.asked).endsWith("/waits-for-any");
        }
    }

    private static String get(String path, String cookie) {
        return "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + (cookie.isEmpty()
                ? ""
                : "Cookie: " + cookie
                        + "\r\n")
                + "\r\n";
    }

    static String cookie(String head) {
        int start = head.toLowerCase(Locale.ROOT).indexOf("set-cookie: s=") + 12;
        assertThat(start).as(head).isGreaterThan(12);
        return head.substring(start, head.indexOf(';', start));
    }
}
