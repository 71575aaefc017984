package io.headgate.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.headgate.pool.Availability;
import io.headgate.pool.Pool;
import io.headgate.pool.Pools;
import io.headgate.testing.LogLines;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.event.ApplicationEventMulticaster;

/** What an application hears of its pools' members. */
class MemberEventsTest {

    @Test
    void aListenerThatNeverReturnsHoldsUpNothing() {
        CountDownLatch over = new CountDownLatch(1);
        CountDownLatch called = new CountDownLatch(1);
        try (TestGateway gateway = TestGateway
                .start("""
                        headgate.pools.web: { members: [ { id: a, address: "127.0.0.1:1" } ], health: { check: none } }
                        """)) {
            ApplicationListener<ApplicationEvent> listener = event -> {
                if (event instanceof PayloadApplicationEvent<?> published
                        && published.getPayload() instanceof MemberChanged) {
                    called.countDown();
                    awaitEnd(over);
                }
            };
            gateway.bean(ApplicationEventMulticaster.class).addApplicationListener(listener);
            Pool pool = gateway.bean(Pools.class).find("web").orElseThrow();
            for (String state : List.of("drain", "ready", "drain")) {
                assertThat(gateway.command("/actuator/pools/web/members/a", "{\"state\": \"" + state + "\"}")
                        .statusCode())
                        .isEqualTo(200);
            }
            await().until(() -> called.getCount() == 0);
            assertThat(pool.available()).isFalse();
            over.countDown();
        } finally {
            over.countDown();
        }
    }

    @Test
    void eachTransitionIsLoggedOnceAndPublishedWithOldStateNewStateAndReason() throws Exception {
        List<MemberChanged> heard = new CopyOnWriteArrayList<>();
        RawServer server = new RawServer(RawServer.answering("ok"));
        try (TestGateway gateway = TestGateway.start("""
                headgate.pools:
                  web:
                    members: [ { id: a, address: "127.0.0.1:%d" } ]
                    health: { check: tcp, interval: 100ms, fast-interval: 50ms }
                """.formatted(server.port())); LogLines log = new LogLines("headgate.pool")) {
            ApplicationListener<ApplicationEvent> listener = event -> {
                if (event instanceof PayloadApplicationEvent<?> published
                        && published.getPayload() instanceof MemberChanged changed) {
                    heard.add(changed);
                }
            };
            gateway.bean(ApplicationEventMulticaster.class).addApplicationListener(listener);
            Pool pool = gateway.bean(Pools.class).find("web").orElseThrow();
            await().until(pool::available);
            gateway.command("/actuator/pools/web/members/a",
                    "{\"state\": \"drain\", \"reason\": \"a test\"}");
            gateway.command("/actuator/pools/web/members/a", "{\"state\": \"ready\", \"reason\": \"over\"}");
            server.close();
            await().until(() -> !pool.available());
            await().until(() -> heard.stream().anyMatch(c -> c.to() == Availability.DOWN)
                    && log.lines().stream().anyMatch(line -> line.contains("-> DOWN"))); // told a moment
                                                                                         // later
            List<MemberChanged> later = heard.stream().filter(c -> c.from() != Availability.CHECKING)
                    .toList();
            assertThat(later).extracting(MemberChanged::from, MemberChanged::to).containsExactly(
                    tuple(Availability.UP, Availability.DRAINING),
                    tuple(Availability.DRAINING, Availability.UP),
                    tuple(Availability.UP, Availability.DOWN));
            assertThat(later).extracting(MemberChanged::cause).startsWith("a test", "over")
                    .doesNotContainNull();
            for (MemberChanged change : later) {
                assertThat(log.lines()).filteredOn(line -> line.contains(
                        change.from() + " -> " + change.to() + " (" + change.cause() + ")")).hasSize(1);
            }
        }
    }

    private static void awaitEnd(CountDownLatch over) {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
