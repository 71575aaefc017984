package io.headgate.l7.route;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The decision of an edit that takes time, for example because it asks somebody else. The edits that follow
 * wait for it. Any thread may decide, and only the first decision counts. Who holds it for the request is
 * called on that thread, and brings itself home.
 */
public final class Later {

    private static final RequestEdit ABANDONED = draft -> {
        throw new IllegalStateException("the request is over");
    };

    private final Duration limit;
    private final RequestEdit expired;
    private final AtomicReference<@Nullable RequestEdit> decision = new AtomicReference<>();
    private volatile @Nullable Runnable waiting;
    private volatile @Nullable Runnable abandoned;

    /** See {@link RequestDraft#later}. */
    Later(Duration limit, RequestEdit expired) {
        this.limit = limit;
        this.expired = expired;
    }

    /**
     * The request goes on with this edit, on its own thread. The edit may answer, and may take its time
     * again.
     *
     * @return false when it is too late: the time is up, or the request is over
     */
    public boolean decide(RequestEdit edit) {
        boolean first = decision.compareAndSet(null, edit);
        if (first) {
            Runnable waiter = waiting;
            forget();
            if (waiter != null) {
                waiter.run();
            }
        }
        return first;
    }

    /** This runs, on any thread, when the request ends before the decision: nobody needs it any more. */
    public void whenAbandoned(Runnable action) {
        abandoned = action;
        if (isAbandoned()) {
            action.run();
        }
    }

    /** How long the request waits. */
    public Duration limit() {
        return limit;
    }

    /** This runs when it is decided, perhaps at once, on any thread, and perhaps twice. */
    public void whenDecided(Runnable action) {
        waiting = action;
        if (decision.get() != null) {
            action.run();
        }
    }

    /** The time is up. Has no effect if it is decided. */
    public void expire() {
        decide(expired);
    }

    /** The request is over. */
    void abandon() {
        if (decision.compareAndSet(null, ABANDONED)) {
            Runnable action = abandoned;
            forget();
            if (action != null) {
                action.run();
            }
        }
    }

    /** Who was to decide may keep this for long: it holds nothing of the request any more. */
    private void forget() {
        waiting = null;
        abandoned = null;
    }

    /** What was decided; null before that. */
    @Nullable
    RequestEdit decision() {
        return decision.get();
    }

    @SuppressWarnings("ReferenceEquality") // it is this very object or not
    private boolean isAbandoned() {
        return decision.get() == ABANDONED;
    }
}
