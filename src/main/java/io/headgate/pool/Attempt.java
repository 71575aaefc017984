package io.headgate.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a request or connection on one member. It holds a place on the member until it is released;
 * any thread may release it, and only the first release counts.
 */
public final class Attempt implements Step {

    private static final VarHandle RELEASED = released();

    private final Member member;
    private volatile @Nullable Closing closing;
    private volatile boolean released;
    /** Written by the thread that serves the request, and read when it is over. */
    private long connectNanos = -1;
    private long answerNanos = -1;

    /** On a member on which a place has been taken for it. */
    Attempt(Member member) {
        this.member = member;
    }

    private static VarHandle released() {
        try {
            return MethodHandles.lookup().findVarHandle(Attempt.class, "released", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** What is open on the member, and has to be closed before its place is given to others. */
    @FunctionalInterface
    public interface Closing {

        /**
         * Closes it.
         *
         * @param outcome of the attempt
         * @param giveBack to be called once, from any thread, when it is closed, with what is to be said of
         *            the member
         */
        void close(Outcome outcome, Consumer<Outcome> giveBack);
    }

    public Member member() {
        return member;
    }

    /**
     * Why nothing may be open on the member any more; null while something may. {@link Attempts} asks this
     * when it picks a member. The caller asks once more when its connection is ready: the code that closes
     * the connections of an evicted member cannot see one that is still being made.
     */
    public @Nullable Reason evicted() {
        return member.evicted();
    }

    /**
     * Reports how long the member took to answer: to the head of its answer at layer 7, to accept the
     * connection at layer 4.
     */
    public void answered(long tookNanos) {
        answerNanos = tookNanos;
        member.answered(tookNanos);
    }

    /** It is given up: the member has not answered in so long, and might have at any later time. */
    public void outlasted(long nanos) {
        member.outlasted(nanos);
    }

    /** Reports how long it took to connect; a connection that was there already is not reported. */
    public void connected(long tookNanos) {
        connectNanos = tookNanos;
    }

    /** How long it took to connect; -1 if a connection was there, or is not reported. */
    public long connectNanos() {
        return connectNanos;
    }

    /** How long the member took to answer; -1 if it has not. */
    public long answerNanos() {
        return answerNanos;
    }

    /** Nothing that was begun on the member is in doubt any more, although it has not answered. */
    public void proven() {
        member.proven();
    }

    /** When the attempt is released, this is closed first. It is not notified of an earlier release. */
    public void closeFirst(Closing open) {
        closing = open;
    }

    public boolean isReleased() {
        return released;
    }

    /**
     * Gives the place on the member back, after what is open has been closed.
     *
     * @return false when that had happened before; then the outcome does not count
     */
    public boolean release(Outcome outcome) {
        boolean first = RELEASED.compareAndSet(this, false, true);
        Closing open = first ? closing : null;
        if (open != null) {
            open.close(outcome, member::release);
        } else if (first) {
            member.release(outcome);
        }
        return first;
    }

    @Override
    public String toString() {
        return member + (released ? " (released)" : "");
    }
}
