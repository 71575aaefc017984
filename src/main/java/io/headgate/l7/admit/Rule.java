package io.headgate.l7.admit;

import java.util.List;

/** Decides whether a request may go on. Called on event loops, by many threads: it must not block. */
public interface Rule {

    Verdict check(Knock request);

    /** The headers that it may set for members. No client may send them, by whatever route. */
    default List<String> identityHeaders() {
        return List.of();
    }
}
