package io.headgate.pool;

import static io.headgate.pool.TestedPools.member;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many threads take, wait for, leave and give back places, while the pool changes under them. */
class QueueRaceTest {

    private static final int THREADS = 4;
    private static final int GUESTS = 2_000;
    private static final int PLACES = 2;

    private final TestedPools pools = new TestedPools(Duration.ZERO, false);
    private final List<EventLoop> loops = Stream.generate(() -> (EventLoop) new DefaultEventLoop())
            .limit(THREADS).toList();
    private final ConcurrentLinkedQueue<Member> held = new ConcurrentLinkedQueue<>();
    private final AtomicInteger tooMany = new AtomicInteger();
    private final AtomicInteger turnedAway = new AtomicInteger();
    private final CountDownLatch done = new CountDownLatch(THREADS * GUESTS);

    @AfterEach
    void stop() {
        loops.forEach(loop -> loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly());
    }

    /** One that was forgotten would wait for its ten minutes, and the test in vain. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void nobodyIsForgottenAndNoPlaceIsLost(long seed) throws InterruptedException {
        configure(PLACES);
        SplittableRandom seeds = new SplittableRandom(seed);
        List<Thread> threads = new ArrayList<>();
        for (EventLoop loop : loops) {
            SplittableRandom random = seeds.split();
            threads.add(Thread.ofPlatform().start(() -> arrive(loop, random)));
        }
        SplittableRandom random = seeds.split();
        while (!done.await(1, TimeUnit.MILLISECONDS)) {
            configure(1 + random.nextInt(PLACES));
            if (threads.stream().noneMatch(Thread::isAlive)) {
                giveBack();
            }
        }
        giveBack();
        assertThat(turnedAway).hasValue(0);
        assertThat(tooMany).hasValue(0);
        assertThat(pools.pool().queue().length()).isZero();
        assertThat(pools.pool().members()).allSatisfy(m -> assertThat(m.inFlight()).isZero());
        assertThat(pools.pool().queue().admitted()).as("some did wait").isPositive();
        assertThat(pools.pool().queue().left()).as("some left").isPositive();
    }

    private void arrive(EventLoop loop, SplittableRandom random) {
        for (int i = 0; i < GUESTS; i++) {
            Pick pick = new Pick();
            Member member = pools.pool().acquire(pick);
            if (member != null) {
                admit(member);
                done.countDown();
            } else {
                Visitor visitor = new Visitor();
                Ticket waiting = new Ticket(pools.pool(), pick, loop, visitor);
                if (waiting.join() != null) {
                    turnedAway.incrementAndGet();
                    done.countDown();
                } else if (random.nextInt(4) == 0) {
                    loop.execute(() -> visitor.leave(waiting));
                }
            }
            if (random.nextInt(3) > 0) {
                giveBack(random.nextInt(4));
            }
        }
    }

    /** Used on its loop alone. */
    private final class Visitor implements Waiter {

        private boolean over;

        @Override
        public void admitted(Member member) {
            admit(member);
            end();
        }

        @Override
        public void turnedAway(Reason reason) {
            turnedAway.incrementAndGet();
            end();
        }

        void leave(Ticket waiting) {
            if (!over) {
                waiting.cancel();
                end();
            }
        }

        private void end() {
            if (over) {
                tooMany.incrementAndGet(); // told twice, or after it had left
            }
            over = true;
            done.countDown();
        }
    }

    private void admit(Member member) {
        if (member.inFlight() > PLACES) {
            tooMany.incrementAndGet();
        }
        held.add(member);
    }

    private void giveBack() {
        giveBack(Integer.MAX_VALUE);
    }

    private void giveBack(int most) {
        for (int i = 0; i < most; i++) {
            Member member = held.poll();
            if (member == null) {
                return;
            }
            member.release(Outcome.OK);
        }
    }

    private void configure(int places) {
        pools.configure(new QueueSpec(THREADS * GUESTS, Duration.ofMinutes(10)),
                member("a", 1, places, false), member("b", 1, PLACES, false), member("c", 1, 1, false));
    }
}
