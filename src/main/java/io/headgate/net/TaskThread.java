package io.headgate.net;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that runs tasks in turn. A failing task is logged; the JDK's executor would only store the
 * exception in a future that nobody looks at.
 */
public final class TaskThread extends ScheduledThreadPoolExecutor {

    private static final Logger LOG = LoggerFactory.getLogger(TaskThread.class);

    private final String name;

    /** A thread that does not keep the process from ending. */
    public TaskThread(String name) {
        super(1, new DefaultThreadFactory(name, true));
        this.name = name;
    }

    @Override
    protected void afterExecute(Runnable task, @Nullable Throwable thrown) {
        Throwable failure = thrown;
        if (failure == null && task instanceof Future<?> done && done.state() == Future.State.FAILED) {
            failure = done.exceptionNow();
        }
        if (failure != null) {
            LOG.error("A task of the thread {} has failed", name, failure);
        }
    }
}
