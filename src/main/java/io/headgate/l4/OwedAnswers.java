package io.headgate.l4;

/** How many answers a member owes a client of UDP, and since when. Times are ticks of a {@link Wheel}. */
final class OwedAnswers {

    /** In ticks: one second. DNS clients ask again after that time or later. */
    static final long SILENCE = 10;

    private final int each;
    private long asked;
    private long answered;
    /** When the member last answered, or was asked while it owed nothing. */
    private long since;

    /**
     * @param each how many answers each datagram of the client gets; 0 when that is not known
     */
    OwedAnswers(int each) {
        this.each = each;
    }

    void asked(long now) {
        if (!any()) {
            since = now;
        }
        asked++;
    }

    void answered(long now) {
        since = now;
        answered++;
    }

    /** How many answers have come. */
    long answered() {
        return answered;
    }

    /** Whether any answer is still to come. */
    boolean any() {
        return answered < asked * each;
    }

    /** Whether all answers have come; never when it is not known how many there are. */
    boolean complete() {
        return each > 0 && !any();
    }

    /** Whether the client has waited for so long that another member may do better. */
    boolean overdue(long now) {
        return any() && now - since >= SILENCE;
    }

    /** When they will be overdue. */
    long overdueAt() {
        return since + SILENCE;
    }
}
