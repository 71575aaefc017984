package io.headgate.l7.fast;

import java.util.concurrent.TimeUnit;

/**
 * Whether a member's connection may be dead: its streams wait and nothing comes. Then the member is asked
 * once by a PING. Until something of an answer comes it is asked seldom, because servers of gRPC end
 * connections on which they are asked often (by default, three times within five minutes). They begin to
 * count anew when they send HEADERS or DATA, but not when they send other frames.
 */
final class Http2Silence {

    /** What a look finds. */
    enum Look {
        FINE,
        /** A PING is to be sent. */
        ASK,
        DEAD
    }

    private static final long FIRST = TimeUnit.SECONDS.toNanos(10);
    private static final long NEXT = TimeUnit.MINUTES.toNanos(5);
    private static final long ANSWER = TimeUnit.SECONDS.toNanos(10);
    /** A request that waited so long in vain is a reason to open another connection. */
    private static final long DOUBT = TimeUnit.SECONDS.toNanos(5);

    private long since;
    private long askedAt;
    private boolean asked;
    private boolean awaiting;
    private boolean heard;
    private boolean answers;

    Http2Silence(long now) {
        since = now;
    }

    /** The first stream after a rest begins: what was before is no silence. */
    void begin(long now) {
        since = now;
        heard = false;
    }

    /** Something was read, if only the answer to a PING. */
    void heard() {
        heard = true;
    }

    /** Something of an answer was read: HEADERS or DATA of a stream. */
    void answers() {
        answers = true;
    }

    /** @param busy whether there is anything to wait for */
    Look look(long now, boolean busy) {
        if (heard) {
            awaiting = false;
            since = now;
        }
        if (answers) {
            asked = false;
        }
        heard = false;
        answers = false;
        if (awaiting) {
            return now - askedAt > ANSWER ? Look.DEAD : Look.FINE;
        }
        if (!busy || now - since <= (asked ? NEXT : FIRST)) {
            return Look.FINE;
        }
        asked = true;
        awaiting = true;
        askedAt = now;
        return Look.ASK;
    }

    /** Whether nothing has come since then, for long enough to doubt that anybody is there. */
    boolean isDoubtful(long now, long then) {
        return !heard && since - then <= 0 && now - then > DOUBT;
    }
}
