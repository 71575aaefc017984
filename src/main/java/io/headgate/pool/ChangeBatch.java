package io.headgate.pool;

import java.util.ArrayList;
import java.util.List;

/**
 * Makes changes of a pool's members, one or several at a time. The balancer is replaced once for all of them,
 * and only then are the listeners notified of each: whoever hears of a change finds a pool in which it is
 * done. Guarded by the pool's lock.
 */
final class ChangeBatch {

    private final Runnable rebuild;
    /** Whether changes are being made, so that what changes now is part of them. */
    private boolean making;
    /** Whether the balancer is to be replaced when they have been made. */
    private boolean stale;
    /** What the listeners are told then. */
    private final List<Runnable> news = new ArrayList<>();

    /**
     * None yet.
     *
     * @param rebuild replaces the balancer
     */
    ChangeBatch(Runnable rebuild) {
        this.rebuild = rebuild;
    }

    void make(Runnable changes) {
        if (making) {
            changes.run(); // a member that joins is checked, perhaps at once
            return;
        }
        making = true;
        try {
            changes.run();
        } finally {
            making = false;
            if (stale) {
                stale = false;
                rebuild.run();
            }
            List<Runnable> told = List.copyOf(news);
            news.clear();
            EachOf.all(told, Runnable::run);
        }
    }

    /** Other members may get work once these changes have been made. */
    void replaceBalancer() {
        stale = true;
    }

    /** Done once these changes have been made. */
    void tell(Runnable notification) {
        news.add(notification);
    }
}
