package io.headgate.l7.route;

import java.util.ArrayList;
import java.util.List;

/**
 * What a route answers by itself instead of asking a member. The body is empty.
 *
 * @param headers names and values in turn
 */
public record Answer(int status, List<String> headers) {

    public Answer {
        headers = List.copyOf(headers);
    }

    /** With these headers too. */
    public Answer with(List<String> more) {
        if (more.isEmpty()) {
            return this;
        }
        List<String> all = new ArrayList<>(headers);
        all.addAll(more);
        return new Answer(status, all);
    }
}
