package io.headgate.filter;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** What becomes of a request. */
public sealed interface Decision {

    /** The next filter is asked, or a member. */
    static Decision goOn() {
        return GoOn.GO_ON;
    }

    /** The client gets this, and no member the request. */
    static Answer answer(int status) {
        return new Answer(status, List.of(), new byte[0]);
    }

    /**
     * It will be decided by another thread. The client is not read meanwhile, and what the filter changes
     * before it completes the stage counts. A stage that fails is a 500 for the client, and one that takes
     * longer a 503. A stage that is a {@link java.util.concurrent.Future} too is cancelled when it is late,
     * or when the client has gone: several requests must not share one.
     *
     * @param atMost how long it may take
     */
    static Decision later(CompletionStage<Decision> decision, Duration atMost) {
        return new Later(decision, atMost);
    }

    /** See {@link #goOn()}. */
    enum GoOn implements Decision {
        GO_ON
    }

    /**
     * See {@link #answer(int)}.
     *
     * @param headers names and values in turn
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Answer(int status, List<String> headers, byte[] body) implements Decision {

        public Answer {
            if (status < 200 || status > 999 || headers.size() % 2 != 0) {
                throw new IllegalArgumentException(
                        "answer: " + status + ", " + headers + " (expected: a status from 200 to 999, and a"
                                + " value for each name)");
            }
            headers = List.copyOf(headers);
        }

        /** With one more header. */
        public Answer header(String name, String value) {
            List<String> all = new ArrayList<>(headers);
            all.addAll(List.of(name, value));
            return new Answer(status, all, body);
        }

        /** With this text, in UTF-8. */
        public Answer body(String contentType, String text) {
            return new Answer(status, headers, text.getBytes(StandardCharsets.UTF_8))
                    .header("Content-Type", contentType);
        }

        @Override
        public String toString() {
            return status + " " + headers + " " + Arrays.hashCode(body);
        }
    }

    /** See {@link #later}. */
    record Later(CompletionStage<Decision> decision, Duration atMost) implements Decision {}
}
