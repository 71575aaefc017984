package io.headgate.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.LogLines;
import io.netty.util.concurrent.DefaultEventExecutorGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The rounds are made by hand: no time passes. */
class LoopWatchTest {

    private final EventExecutorGroup loops = new DefaultEventExecutorGroup(2);
    private final LoopWatch watch = new LoopWatch(loops, Ticker.systemTicker());
    private final CountDownLatch stuck = new CountDownLatch(1);

    @AfterEach
    void end() {
        stuck.countDown();
        loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    @Test
    void aLoopThatDoesNotAnswerIsToldOnceWithWhatItIsAtAndAgainWhenItIsBack() {
        try (LogLines log = new LogLines(LoopWatch.class.getName())) {
            rounds(2, 0);
            loops.iterator().next().execute(this::beStuck);
            rounds(6, 1);
            assertThat(watch.silentFor(LoopWatch.STALLED)).isEqualTo(1);
            assertThat(watch.silentFor(LoopWatch.DEAD)).isZero();
            assertThat(log.lines()).singleElement().asString()
                    .contains("Event loop 1 has done nothing for 5 s");
            assertThat(log.traces()).singleElement().asString().contains("Event loop 1");
            rounds(40, 1);
            assertThat(watch.silentFor(LoopWatch.DEAD)).isEqualTo(1);
            assertThat(watch.stalls()).isEqualTo(1);
            assertThat(log.lines()).hasSize(1);
            stuck.countDown();
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                watch.round();
                return watch.silentFor(Duration.ofSeconds(1)) == 0;
            });
            assertThat(log.lines()).last().asString().contains("Event loop 1 answers again");
        }
    }

    @Test
    void loopsThatHaveEndedAreNotStalled() {
        loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly();
        for (int i = 0; i < 10; i++) {
            watch.round();
        }
        assertThat(watch.silentFor(Duration.ofSeconds(1))).isZero();
    }

    /** After each of them, all loops but the stuck ones have had the time to answer. */
    private void rounds(int count, int stuckLoops) {
        for (int i = 0; i < count; i++) {
            watch.round();
            int number = 0;
            for (EventExecutor loop : loops) {
                if (number++ >= stuckLoops) {
                    loop.submit(() -> {
                    }).syncUninterruptibly();
                }
            }
        }
    }

    private void beStuck() {
        try {
            stuck.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
