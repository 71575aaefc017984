package io.headgate.pool;

import java.util.concurrent.atomic.LongAdder;

/** The connections of layer 7 to a pool's members, since the start and now. */
public final class ConnectionCounts {

    private final LongAdder created = new LongAdder();
    private final LongAdder closed = new LongAdder();
    private final LongAdder reused = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder idle = new LongAdder();

    /** A connection was made. */
    public void opened() {
        created.increment();
    }

    /** One that was made is closed. */
    public void closedOne() {
        closed.increment();
    }

    /** None could be made. */
    public void failedOne() {
        failed.increment();
    }

    /** One is kept for later. */
    public void kept() {
        idle.increment();
    }

    /** One that was kept is taken by a request. */
    public void taken() {
        idle.decrement();
        reused.increment();
    }

    /** One that serves other requests now takes another one. */
    public void shared() {
        reused.increment();
    }

    /** One that was kept is not kept any longer. */
    public void dropped() {
        idle.decrement();
    }

    public long created() {
        return created.sum();
    }

    /** Requests that found a connection. */
    public long reused() {
        return reused.sum();
    }

    public long failed() {
        return failed.sum();
    }

    /** With a request, or kept for one. */
    public long open() {
        return created.sum() - closed.sum();
    }

    /** Kept for a request. */
    public long idle() {
        return idle.sum();
    }
}
