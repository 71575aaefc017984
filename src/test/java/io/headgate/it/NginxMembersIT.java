package io.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nginx processes behind L7, one of which dies or hangs under load. */
@NeedsTool("nginx")
class NginxMembersIT {

    private static final int CONNECTIONS = 16;
    /** fall times the interval and its jitter, the last check's timeout, and something for a busy machine. */
    private static final Duration UNTIL_DOWN = Duration.ofMillis(2 * 550 + 500 + 6_000);

    @TempDir
    Path folder = Path.of("");

    @Test
    void aKilledMemberFailsNoRequestAndComesBack() throws Exception {
        try (NginxMember a = new NginxMember(folder, "a");
                NginxMember b = new NginxMember(folder, "b");
                NginxMember c = new NginxMember(folder, "c");
                PackagedHeadgate headgate = headgate(a, b, c);
                Load load = Load.start(headgate.port(), CONNECTIONS)) {
            load.awaitMore(2_000);
            b.kill();
            await().atMost(UNTIL_DOWN)
                    .untilAsserted(() -> assertThat(headgate.state("web", "b")).isEqualTo("DOWN"));
            load.awaitMore(2_000);
            b.startAgain();
            await().atMost(UNTIL_DOWN)
                    .untilAsserted(() -> assertThat(headgate.state("web", "b")).isEqualTo("UP"));
            load.awaitMore(1_000);
            load.stop();
            System.out.println("member killed with SIGKILL: " + load);
            assertThat(load.failures()).isEmpty();
            assertThat(load.answered(200)).as(load::toString).isEqualTo(load.sent());
            assertThat(headgate.get("/").body() + headgate.get("/").body() + headgate.get("/").body())
                    .contains("b\n");
            headgate.awaitNothingInFlight();
        }
    }

    @Test
    void aStoppedMemberCostsWhatItHadAndComesBack() throws Exception {
        try (NginxMember a = new NginxMember(folder, "a");
                NginxMember b = new NginxMember(folder, "b");
                NginxMember c = new NginxMember(folder, "c");
                PackagedHeadgate headgate = headgate(a, b, c);
                Load load = Load.start(headgate.port(), CONNECTIONS)) {
            load.awaitMore(1_000);
            b.freeze();
            await().atMost(UNTIL_DOWN)
                    .untilAsserted(() -> assertThat(headgate.state("web", "b")).isEqualTo("DOWN"));
            await().atMost(Duration.ofSeconds(5)) // the response timeout of the last one sent to it
                    .untilAsserted(() -> assertThat(headgate.inFlight()).isLessThanOrEqualTo(CONNECTIONS));
            load.awaitMore(500);
            long timedOut = load.answered(504);
            load.awaitMore(2_000);
            b.thaw();
            await().atMost(UNTIL_DOWN)
                    .untilAsserted(() -> assertThat(headgate.state("web", "b")).isEqualTo("UP"));
            load.awaitMore(1_000);
            load.stop();
            System.out.println("member stopped with SIGSTOP: " + load);
            assertThat(load.failures()).isEmpty();
            assertThat(load.answered(200) + load.answered(504)).as(load::toString).isEqualTo(load.sent());
            // each client waits for one answer at a time, and the member is out after three rounds of waiting
            assertThat(timedOut).as(load::toString).isBetween(1L, 6L * CONNECTIONS);
            headgate.awaitNothingInFlight();
        }
    }

    private PackagedHeadgate headgate(NginxMember a, NginxMember b, NginxMember c) throws Exception {
        return PackagedHeadgate.with(folder, """
                headgate:
                  access-log.enabled: false
                  pools:
                    web:
                      members:
                        - { id: a, address: "%s" }
                        - { id: b, address: "%s" }
                        - { id: c, address: "%s" }
                      health: { check: http, path: /, interval: 500ms, timeout: 500ms }
                      timeouts: { response: 1s }
                spring.cloud.gateway.server.webflux.routes:
                  - { id: web, uri: "lb://web", predicates: [ "Path=/**" ] }
                """.formatted(a.address(), b.address(), c.address()));
    }
}
