package io.headgate.net;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks repeatedly whether every event loop still works. A stuck loop leaves all its connections without an
 * answer, while everything with threads of its own, such as the management port, goes on as if nothing had
 * happened.
 */
public final class LoopWatch {

    /**
     * Longer than any pause of a busy machine. From here on, clients should go elsewhere.
     */
    public static final Duration STALLED = Duration.ofSeconds(5);
    /** So long that the loop will not come back, and a new process is better. */
    public static final Duration DEAD = Duration.ofSeconds(30);

    private static final Duration ROUND = Duration.ofSeconds(1);
    private static final Logger log = LoggerFactory.getLogger(LoopWatch.class);

    private final List<Asked> loops = new ArrayList<>();
    private volatile long stalls;

    LoopWatch(EventExecutorGroup group, Ticker ticker) {
        group.forEach(loop -> loops.add(new Asked(loop, loops.size() + 1, ticker)));
    }

    /** Begins to ask, once a second. */
    void start(ScheduledExecutorService beside) {
        Future<?> _ = Recurring.every(ROUND, beside, "The watch over event loops", this::round);
    }

    /** How many loops have not answered for this long. */
    public long silentFor(Duration time) {
        return loops.stream().filter(loop -> loop.silence().compareTo(time) >= 0).count();
    }

    /**
     * How long the slowest loop took to answer its last question, or has not answered it yet, in nanoseconds.
     */
    public long lag() {
        return loops.stream().mapToLong(Asked::lag).max().orElse(0);
    }

    /** How often a loop has been found stalled. */
    public long stalls() {
        return stalls;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written by one thread
    void round() {
        Memory.PROCESS.tend(); // if nothing is read, nothing else notices that memory is free again
        for (Asked loop : loops) {
            if (loop.ask()) {
                stalls++;
            }
        }
    }

    /**
     * One loop. Its silence is counted in rounds: when the whole process was stopped for a while, no round
     * has passed, and no loop is to blame.
     */
    private static final class Asked implements Runnable {

        private final EventExecutor loop;
        private final int number;
        private final Ticker ticker;
        private volatile long asked;
        private volatile long lag;
        private volatile boolean answered = true;
        private volatile int rounds;
        private volatile @Nullable Thread thread;

        Asked(EventExecutor loop, int number, Ticker ticker) {
            this.ticker = ticker;
            this.loop = loop;
            this.number = number;
        }

        long lag() {
            return answered ? lag : Math.max(lag, ticker.nanoTime() - asked);
        }

        Duration silence() {
            return ROUND.multipliedBy(rounds);
        }

        /** True when it has just been found stalled. */
        boolean ask() {
            if (!answered) {
                return silent(rounds + 1);
            }
            if (silence().compareTo(STALLED) >= 0) {
                log.warn("Event loop {} answers again, after about {} s", number, rounds);
            }
            rounds = 0;
            asked = ticker.nanoTime();
            answered = false;
            try {
                loop.execute(this);
            } catch (RejectedExecutionException e) { // it has ended, as it should
                answered = true;
            }
            return false;
        }

        private boolean silent(int now) {
            rounds = now;
            if (!silence().equals(STALLED)) {
                return false;
            }
            Thread known = thread;
            Throwable where = new IllegalStateException("what the loop is at");
            where.setStackTrace(known == null ? new StackTraceElement[0] : known.getStackTrace());
            log.error("Event loop {} has done nothing for {} s", number, now, where);
            return true;
        }

        @Override
        public void run() {
            lag = ticker.nanoTime() - asked;
            thread = Thread.currentThread();
            answered = true;
        }
    }
}
