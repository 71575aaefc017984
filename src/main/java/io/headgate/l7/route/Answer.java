package io.headgate.l7.route;

import io.headgate.pool.Reason;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a route answers by itself instead of asking a member.
 *
 * @param headers names and values in turn
 * @param reason why; null for what the status says
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Answer(int status, List<String> headers, byte[] body, @Nullable Reason reason) {

    private static final byte[] EMPTY = {};

    /** An answer that its status explains. */
    public Answer(int status, List<String> headers, byte[] body) {
        this(status, headers, body, null);
    }

    /** Without a body. */
    public Answer(int status, List<String> headers, @Nullable Reason reason) {
        this(status, headers, EMPTY, reason);
    }

    public Answer {
        headers = List.copyOf(headers);
    }

    /** Without a body. */
    public Answer(int status, List<String> headers) {
        this(status, headers, EMPTY, null);
    }

    /** With these headers too. */
    public Answer with(List<String> more) {
        if (more.isEmpty()) {
            return this;
        }
        List<String> all = new ArrayList<>(headers);
        all.addAll(more);
        return new Answer(status, all, body, reason);
    }
}
