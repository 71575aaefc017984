package io.headgate.net;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A task that is repeated even if it fails. The executors of the JDK, Netty and Reactor all end a repeated
 * task at its first exception without a word. So this is the only place that may give them one.
 */
public final class Recurring implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Recurring.class);

    private final String what;
    private final Runnable task;
    private volatile boolean failing;

    private Recurring(String what, Runnable task) {
        this.what = what;
        this.task = task;
    }

    /**
     * Does a task repeatedly.
     *
     * @param pause before the first time, and between two
     * @param what for the log, as the beginning of a sentence
     * @return what ends it
     */
    public static Future<?> every(Duration pause, ScheduledExecutorService on, String what, Runnable task) {
        return on.scheduleWithFixedDelay(new Recurring(what, task), pause.toNanos(), pause.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    /** The same for a caller that repeats the task itself. */
    public static Runnable task(String what, Runnable task) {
        return new Recurring(what, task);
    }

    /** One of many failures in a row is told. */
    @Override
    public void run() {
        try {
            task.run();
            if (failing) {
                failing = false;
                LOG.warn("{} works again", what);
            }
        } catch (Throwable e) { // checked ones, too: Netty throws them undeclared
            if (!failing) {
                failing = true;
                LOG.error("{} has failed; it is tried again", what, e);
            }
        }
    }
}
