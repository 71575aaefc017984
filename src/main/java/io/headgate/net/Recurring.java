package io.headgate.net;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A task that is done again and again, whatever becomes of it. The JDK's executors, Netty's and Reactor's all
 * end such a task with its first exception, and say nothing. So this is the only place that may hand them
 * one.
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

    /** For those who repeat it otherwise. */
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
