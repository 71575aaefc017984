package io.headgate.l7.admit;

import io.headgate.pool.Reason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What becomes of a request. */
public sealed interface Verdict {

    /**
     * It goes on.
     *
     * @param user who it is, for the access log; null for nobody in particular
     * @param headers for the member, names and values in turn, in the place of others of the same name
     * @param removed headers that the member does not get
     * @param isPersonal whether it was looked at who sends the request
     */
    record Admitted(@Nullable String user, List<String> headers, List<String> removed, boolean isPersonal)
            implements
                Verdict {

        public Admitted {
            headers = List.copyOf(headers);
            removed = List.copyOf(removed);
        }

        /** Personal if there is anything that says who it is. */
        public Admitted(@Nullable String user, List<String> headers, List<String> removed) {
            this(user, headers, removed, user != null || !headers.isEmpty() || !removed.isEmpty());
        }

        /** Somebody, whom the member is told of in this header if there is one. */
        static Admitted as(String user, @Nullable String header, List<String> removed) {
            return new Admitted(user, header == null ? List.of() : List.of(header, user), removed);
        }
    }

    /**
     * It is answered instead.
     *
     * @param headers names and values in turn
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Refused(int status, List<String> headers, byte[] body, Reason reason) implements Verdict {

        private static final byte[] EMPTY = {};

        public Refused {
            headers = List.copyOf(headers);
        }

        /** Without a body. */
        public Refused(int status, List<String> headers, Reason reason) {
            this(status, headers, EMPTY, reason);
        }

        static Refused because(Reason reason, String... headers) {
            return new Refused(reason.status(), List.of(headers), reason);
        }
    }

    /**
     * It is not known yet.
     *
     * @param decision completes on any thread, with a verdict that is not pending
     * @param limit how long the request waits
     * @param expired the verdict after that time, and if the decision fails
     * @param abandoned runs, on any thread, if nobody waits for the decision any more
     */
    record Pending(CompletableFuture<Verdict> decision, Duration limit, Verdict expired, Runnable abandoned)
            implements
                Verdict {

        /** What decides goes on if nobody waits: it is for others, too. */
        public Pending(CompletableFuture<Verdict> decision, Duration limit, Verdict expired) {
            this(decision, limit, expired, () -> {
            });
        }
    }
}
