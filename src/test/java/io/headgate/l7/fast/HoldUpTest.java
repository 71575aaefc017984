package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.pool.Member;
import io.headgate.pool.Outcome;
import io.headgate.pool.Timeouts;
import io.headgate.testing.Pause;
import io.headgate.testing.Wire;
import io.netty.util.concurrent.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The event loop stands still for longer than a member has to answer, as where the process is paused. */
class HoldUpTest {

    private static final Timeouts SHORT = new Timeouts(Duration.ofSeconds(20), Duration.ofSeconds(20),
            Duration.ofSeconds(2), Duration.ofSeconds(20));
    private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

    private final Gateway gateway = new Gateway();
    private final Ticker ticker = Ticker.systemTicker();
    private final CountDownLatch paused = new CountDownLatch(1);
    private final Semaphore answers = new Semaphore(0);

    @AfterEach
    void end() {
        answers.release();
        await().until(() -> gateway.inFlight() == 0);
        gateway.close();
    }

    private void pause(Runnable meanwhile) {
        gateway.loop().execute(() -> {
            try {
                paused.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        long begun = ticker.nanoTime();
        meanwhile.run();
        await().until(() -> ticker.nanoTime() - begun > Duration.ofMillis(2600).toNanos());
        paused.countDown();
    }

    @Test
    void anAnswerThatLiesInTheSocketHasComeInTime() throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            wire.head();
            seen.add("asked");
            answers.acquireUninterruptibly();
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            seen.add("answered");
            wire.head();
        }); Wire client = gateway.members(SHORT, member.port()).client()) {
            client.send(GET);
            await().pollInterval(Duration.ofMillis(5)).until(() -> member.seen.contains("asked"));
            pause(() -> {
                answers.release();
                await().until(() -> member.seen.contains("answered"));
            });
            assertThat(client.message()).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void aMemberThatHasNotAnsweredMeanwhileIsNotToBlame() throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            wire.head();
            seen.add("asked");
            answers.acquireUninterruptibly();
        }); Wire client = gateway.members(SHORT, member.port()).client()) {
            client.send(GET);
            await().pollInterval(Duration.ofMillis(5)).until(() -> member.seen.contains("asked"));
            pause(() -> {
            });
            assertThat(client.message()).startsWith("HTTP/1.1 504");
            Member one = gateway.pools.find("pool").orElseThrow().members().getFirst();
            assertThat(one.count(Outcome.TIMEOUT)).isZero();
            assertThat(one.count(Outcome.UNKNOWN)).isEqualTo(1);
        }
    }

    @Test
    void aHeadThatComesByteByByteHasNoMoreTimeThanOneThatDoesNot() throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            wire.head();
            wire.send("HTTP/1.1 200 OK\r\nX: ");
            while (gateway.served.isEmpty()) {
                wire.send("x");
                Pause.of(Duration.ofMillis(100), "a member that sends slowly");
            }
        }); Wire client = gateway.members(SHORT, member.port()).client()) {
            assertThat(client.send(GET).message()).startsWith("HTTP/1.1 504").contains("response-timeout");
        }
    }
}
