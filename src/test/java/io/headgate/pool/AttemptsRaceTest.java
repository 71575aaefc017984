package io.headgate.pool;

import static io.headgate.pool.TestedPools.member;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What another thread may do to an attempt: each place is released once, whoever comes first. */
class AttemptsRaceTest {

    private static final int ROUNDS = Integer.getInteger("attempts.rounds", 2_000);

    private final TestedPools pools = new TestedPools(Duration.ZERO, false);
    private final EventLoop loop = new DefaultEventLoop();
    private final ExecutorService other = Executors.newSingleThreadExecutor();
    private final CyclicBarrier start = new CyclicBarrier(2);

    AttemptsRaceTest() {
        pools.configure(new QueueSpec(1, Duration.ofMinutes(10)), member("a", 1, 1, false));
    }

    @AfterEach
    void stop() {
        other.shutdown();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void aReleaseAndATimeoutsReleaseAreOne() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            Attempts attempts = begun();
            Attempt attempt = Objects.requireNonNull(attempts.nextNow(null));
            together(() -> attempt.release(Outcome.TIMEOUT), () -> attempts.end(Outcome.OK));
            assertThat(a().inFlight()).isZero();
        }
        assertThat(a().count(Outcome.OK) + a().count(Outcome.TIMEOUT)).isEqualTo(ROUNDS);
    }

    @Test
    void anEndReleasesWhatIsPickedAtTheSameTime() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            Attempts attempts = begun();
            together(() -> attempts.nextNow(null), () -> attempts.end(Outcome.UNKNOWN));
            assertThat(a().inFlight()).isZero();
            assertThat(attempts.held()).isNull();
        }
    }

    @Test
    void twoThatAreBegunAtTheSameTimeAreBothReleased() throws Exception {
        pools.configure(new QueueSpec(1, Duration.ofMinutes(10)), member("a", 1, 2, false));
        for (int i = 0; i < ROUNDS; i++) {
            Attempts attempts = begun();
            together(() -> attempts.nextNow(null), () -> attempts.nextNow(null));
            assertThat(a().inFlight()).isEqualTo(1);
            attempts.end(Outcome.OK);
            assertThat(a().inFlight()).isZero();
        }
    }

    /** Three threads: the one that waits, the one that ends it and the event loop that admits it. */
    @Test
    void anEndReleasesWhatTheQueueGrantsAtTheSameTime() throws Exception {
        int admitted = 0;
        for (int i = 0; i < ROUNDS; i++) {
            Member full = Objects.requireNonNull(pools.tryAcquire());
            Attempts attempts = begun();
            Counter counter = new Counter();
            Step step = attempts.next(null, loop, counter);
            assertThat(step).isInstanceOf(Step.Queued.class);
            together(() -> full.release(Outcome.OK), () -> attempts.end(Outcome.UNKNOWN));
            loop.submit(() -> {
            }).sync();
            assertThat(a().inFlight()).isZero();
            assertThat(pools.pool().queue().length()).isZero();
            assertThat(counter.calls).isLessThanOrEqualTo(1);
            admitted += counter.calls;
        }
        assertThat(pools.pool().queue().admitted()).isGreaterThanOrEqualTo(admitted);
    }

    @Test
    void anEndLeavesTheQueueThatIsJoinedAtTheSameTime() throws Exception {
        Member full = Objects.requireNonNull(pools.tryAcquire());
        for (int i = 0; i < ROUNDS; i++) {
            Attempts attempts = begun();
            together(() -> attempts.next(null, loop, new Counter()), () -> attempts.end(Outcome.UNKNOWN));
            assertThat(pools.pool().queue().length()).isZero();
        }
        full.release(Outcome.OK);
        assertThat(a().inFlight()).isZero();
    }

    /** Used on the loop, and read when that has nothing to do any more. */
    private static final class Counter implements Attempts.Caller {

        private volatile int calls;

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate")
        public void admitted(Attempt attempt) {
            calls++;
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate")
        public void turnedAway(Reason reason) {
            calls += 100;
        }
    }

    private Attempts begun() {
        Attempts attempts = new Attempts(1);
        attempts.begin(pools.pool(), 0);
        return attempts;
    }

    private Member a() {
        return pools.get("a");
    }

    private void together(Runnable one, Runnable two) throws Exception {
        Future<?> done = other.submit(() -> {
            start.await();
            one.run();
            return null;
        });
        start.await();
        two.run();
        done.get();
    }
}
