package io.headgate.pool;

import java.util.Locale;

/**
 * Why Headgate itself answered a request or closed a connection: the closed list behind every reason in the
 * answers, the logs and the metrics. {@link #code()} is the text that appears there; docs/reasons.md, which
 * is made from this list, shows them all.
 *
 * <p>
 * Each reason says where it can occur, what it says about the member and whether another member is tried. A
 * new reason has to decide all three.
 */
public enum Reason {
    BAD_REQUEST(Where.LAYER_7, 400, "the request is not valid HTTP"),
    HEADER_TIMEOUT(Where.LAYER_7, 408, "the client took too long to send the request's headers"),
    BODY_TIMEOUT(Where.LAYER_7, 408, "the client took too long to send the request's body"),
    BODY_TOO_LARGE(Where.LAYER_7, 413,
            "the request's body is larger than headgate.client.max-body-size, or than what its route may keep of it in memory"),
    URI_TOO_LONG(Where.LAYER_7, 414, "the request line is longer than server.netty.max-initial-line-length"),
    HEADERS_TOO_LARGE(Where.LAYER_7, 431,
            "the request's headers are larger than server.max-http-request-header-size, or more than 200"),
    TOO_MANY_CONNECTIONS(Where.ANYWHERE, 503, "a connection limit for clients was reached"),
    MEMORY_SHORT(Where.ANYWHERE, 503, "there is too little memory free to take more work"),
    TOO_MANY_TUNNELS(Where.LAYER_7, 503, "as many WebSockets are open as headgate.tunnels.max allows"),
    PROTOCOL_UNSUPPORTED(Where.LAYER_7, 501,
            "the request is in a protocol that is not served there: by HTTP/2 others than WebSocket, and on the slow lane WebSocket by HTTP/2 and gRPC-Web"),
    NO_ROUTE(Where.ANYWHERE, 404, "no route matches the request"),
    OVERLOADED(Where.LAYER_7, 503,
            "there is more to do than this process can, and the route's priority is low"),
    NO_MEMBER(Where.ANYWHERE, 503, "no member of the pool can take work"),
    MEMBERS_FULL(Where.ANYWHERE, 503, "every member of the pool is at its max-connections"),
    QUEUE_FULL(Where.ANYWHERE, 503,
            "every member of the pool is at its max-connections, and its queue is full"),
    QUEUE_TIMEOUT(Where.ANYWHERE, 503,
            "every member of the pool stayed at its max-connections for longer than queue.timeout"),
    CONNECT_FAILED(Where.ANYWHERE, 502, Outcome.CONNECT_FAILED, Retry.ALWAYS,
            "no member that could be tried accepted a connection"),
    CONNECT_TIMEOUT(Where.ANYWHERE, 504, Outcome.CONNECT_FAILED, Retry.ALWAYS,
            "no member that could be tried accepted a connection in time"),
    TLS_FAILED(Where.ANYWHERE, 502, Outcome.CONNECT_FAILED, Retry.ALWAYS,
            "the TLS handshake with the member failed"),
    UPSTREAM_RESET(Where.LAYER_7, 502, Outcome.RESET, Retry.IF_REPEATABLE,
            "the member closed the connection before its answer was complete"),
    BAD_RESPONSE(Where.LAYER_7, 502, Outcome.RESET, Retry.NEVER, "the member's answer is not valid HTTP"),
    RESPONSE_TIMEOUT(Where.LAYER_7, 504, Outcome.TIMEOUT, Retry.NEVER, "the member took too long to answer"),
    SEND_TIMEOUT(Where.ANYWHERE, 504, Outcome.TIMEOUT, Retry.NEVER,
            "the member took too long to accept the request"),
    CLIENT_STALLED(Where.ANYWHERE, 408, "the client took too long to accept the answer"),
    IDLE_TIMEOUT(Where.ANYWHERE, 504, Outcome.TIMEOUT, Retry.NEVER,
            "nothing was sent in either direction for too long"),
    MEMBER_ERROR(Where.LAYER_7, 502,
            "the member answered with a status that the route's circuit breaker counts as a failure"),
    CIRCUIT_OPEN(Where.LAYER_7, 503, "the route's circuit breaker is open"),
    TOO_MANY_REQUESTS(Where.LAYER_7, 429, "the client sends more requests than a limit of the route allows"),
    TOO_MANY_AT_ONCE(Where.LAYER_7, 429,
            "the client has more requests under way than a limit of the route allows"),
    FAULT_INJECTED(Where.LAYER_7, 503, "a filter Fault of the route failed the request on purpose"),
    UNAUTHENTICATED(Where.LAYER_7, 401, "the request has no valid credentials"),
    LOGINS_FAILED(Where.LAYER_7, 429, "too many logins from the client's address have failed lately"),
    CREDENTIALS_UNCHECKED(Where.LAYER_7, 503,
            "the request's credentials could not be checked: there are too many at once, or who knows does not answer"),
    FILTER_REFUSED(Where.LAYER_7, 403, "a filter of the route refused the request"),
    DENIED(Where.ANYWHERE, 403, "the client's address is not allowed"),
    DRAIN_TIMEOUT(Where.ANYWHERE, 503, Outcome.UNKNOWN, Retry.IF_REPEATABLE,
            "the member was draining and its drain-timeout has passed"),
    MEMBER_DOWN(Where.ANYWHERE, 502, Outcome.UNKNOWN, Retry.IF_REPEATABLE,
            "the member's checks found it down, and the pool says on-down: close"),
    MAINTENANCE(Where.ANYWHERE, 503, Outcome.UNKNOWN, Retry.IF_REPEATABLE, "an operator took the member out"),
    SHUTDOWN(Where.ANYWHERE, 503, "Headgate is shutting down"),
    CLIENT_GONE(Where.ANYWHERE, 499, "the client closed the connection first"),
    CLOSED_BY_OPERATOR("an operator closed the connection"),
    RATE_LIMITED("the client opens connections faster than rate-per-client allows"),
    BAD_PROXY_HEADER(Where.ANYWHERE, 400, "the connection does not begin with a valid PROXY protocol header"),
    BAD_CLIENT_HELLO("the connection does not begin with a valid TLS ClientHello"),
    HTTP2_ERROR(Where.LAYER_7, 400, "the client broke a rule of HTTP/2 that ends the whole connection"),
    HTTP2_FLOOD(Where.LAYER_7, 429,
            "the client sent more resets, or other frames without a purpose, than an HTTP/2 connection may"),
    PREFACE_TIMEOUT("the client took too long to send its PROXY header or TLS ClientHello"),
    CLIENT_TLS_FAILED(Where.ANYWHERE, 400, "the TLS handshake with the client failed"),
    CLIENT_CERTIFICATE("the client showed no certificate that the listener trusts"),
    HANDSHAKE_TIMEOUT(Where.ANYWHERE, 408, "the client took too long to complete its TLS handshake"),
    INTERNAL_ERROR(Where.ANYWHERE, 500, "Headgate itself failed; the log has the details");

    private final Where where;
    private final int status;
    private final Outcome outcome;
    private final Retry retry;
    private final String description;
    private final String code = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** Says nothing about a member. */
    Reason(Where where, int status, String description) {
        this(where, status, Outcome.UNKNOWN, Retry.NEVER, description);
    }

    /** Of layer 4 only, about the client: there is no HTTP status. */
    Reason(String description) {
        this(Where.LAYER_4, 0, Outcome.UNKNOWN, Retry.NEVER, description);
    }

    Reason(Where where, int status, Outcome outcome, Retry retry, String description) {
        this.where = where;
        this.status = status;
        this.outcome = outcome;
        this.retry = retry;
        this.description = description;
    }

    /** Where a reason can occur. */
    public enum Where {
        ANYWHERE("4, 7"),
        LAYER_4("4"),
        LAYER_7("7");

        private final String text;

        Where(String text) {
            this.text = text;
        }

        public boolean isLayer4() {
            return this == ANYWHERE || this == LAYER_4;
        }

        public boolean isLayer7() {
            return this != LAYER_4;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** Whether another member is tried when an attempt fails for a reason. */
    public enum Retry {
        NEVER,
        /** The member may have acted on the request: only if sending it again does no harm. */
        IF_REPEATABLE,
        /** The member has got nothing of the request or connection. */
        ALWAYS
    }

    public Where where() {
        return where;
    }

    /**
     * The HTTP status that goes with it. 499 is never sent; it only appears in the access log.
     *
     * @throws IllegalStateException for a reason of layer 4 only
     */
    public int status() {
        if (status == 0) {
            throw new IllegalStateException(code + ": status (expected: a reason of layer 7)");
        }
        return status;
    }

    /** What it says about the member that the request or connection was on. */
    public Outcome outcome() {
        return outcome;
    }

    public Retry retry() {
        return retry;
    }

    public String code() {
        return code;
    }

    public String description() {
        return description;
    }
}
