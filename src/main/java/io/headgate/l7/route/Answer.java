package io.headgate.l7.route;

import java.util.ArrayList;
import java.util.List;

/**
 * What a route answers by itself instead of asking a member.
 *
 * @param headers names and values in turn
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Answer(int status, List<String> headers, byte[] body) {

    private static final byte[] EMPTY = {};

    public Answer {
        headers = List.copyOf(headers);
    }

    /** Without a body. */
    public Answer(int status, List<String> headers) {
        this(status, headers, EMPTY);
    }

    /** With these headers too. */
    public Answer with(List<String> more) {
        if (more.isEmpty()) {
            return this;
        }
        List<String> all = new ArrayList<>(headers);
        all.addAll(more);
        return new Answer(status, all, body);
    }
}
