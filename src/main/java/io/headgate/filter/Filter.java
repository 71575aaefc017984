package io.headgate.filter;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Works on the requests of one route, and on the heads of their answers. One object serves all requests, on
 * several threads at once.
 *
 * <p>
 * Filters run on the event loop that serves the client, and thousands of others: {@link #request} and
 * {@link #response} must return at once. One that waits (for a database, for {@code synchronized} code, for
 * an HTTP call without callbacks) says so by {@link #isBlocking}; one that has callbacks returns
 * {@link Decision#later}.
 */
public interface Filter {

    /**
     * Decides about a request before a member gets it. Filters are asked in their order, up to one that
     * answers. What this throws is a 500 for the client, and in the log.
     */
    Decision request(Request request);

    /**
     * May change the head of a member's answer. Filters are called in the reverse order. Not called for
     * answers that no member gave.
     */
    default void response(Response response) {
        // most filters leave answers as they are
    }

    /**
     * Changes the body of the request: called once a request goes on, null to leave its body as it is. The
     * member gets the body in chunks, since nobody knows how long it will be. Headers that describe the body
     * are the filter's to change, in {@link #request}.
     */
    default @Nullable BodyTransform requestBody(Request request) {
        return null;
    }

    /**
     * Changes the body of a member's answer: called after {@link #response}, null to leave the body as it is.
     * The client gets it in chunks. Headers that describe the body, such as ETag, are the filter's to change.
     * If the member has compressed the body, these are its compressed bytes: remove Accept-Encoding from the
     * request to have none such.
     */
    default @Nullable BodyTransform responseBody(Response response) {
        return null;
    }

    /** Whether {@link #request} waits for something: then each call has a virtual thread. */
    default boolean isBlocking() {
        return false;
    }

    /**
     * How long {@link #request} may wait if it is blocking. After that the client gets 503, and the thread is
     * interrupted, as it is when the client has gone.
     */
    default Duration atMost() {
        return Duration.ofSeconds(10);
    }
}
