package io.headgate.pool;

import java.util.Locale;

/**
 * Why Headgate itself answered a request or closed a connection: the closed list behind every reason in the
 * answers, the logs and the metrics. {@link #code()} is the text that appears there; docs/reasons.md lists
 * them all.
 */
public enum Reason {
    BAD_REQUEST(400, Outcome.UNKNOWN, "the request is not valid HTTP"),
    HEADER_TIMEOUT(408, Outcome.UNKNOWN, "the client took too long to send the request's headers"),
    BODY_TIMEOUT(408, Outcome.UNKNOWN, "the client took too long to send the request's body"),
    BODY_TOO_LARGE(413, Outcome.UNKNOWN,
            "the request's body is larger than headgate.client.max-body-size, or than what its route may keep of it in memory"),
    URI_TOO_LONG(414, Outcome.UNKNOWN,
            "the request line is longer than server.netty.max-initial-line-length"),
    HEADERS_TOO_LARGE(431, Outcome.UNKNOWN,
            "the request's headers are larger than server.max-http-request-header-size"),
    TOO_MANY_CONNECTIONS(503, Outcome.UNKNOWN, "a connection limit for clients was reached"),
    MEMORY_SHORT(503, Outcome.UNKNOWN, "there is too little memory free to take more work"),
    TOO_MANY_TUNNELS(503, Outcome.UNKNOWN, "as many WebSockets are open as headgate.tunnels.max allows"),
    NO_ROUTE(404, Outcome.UNKNOWN, "no route matches the request"),
    NO_MEMBER(503, Outcome.UNKNOWN, "no member of the pool can take work"),
    MEMBERS_FULL(503, Outcome.UNKNOWN, "every member of the pool is at its max-connections"),
    QUEUE_FULL(503, Outcome.UNKNOWN,
            "every member of the pool is at its max-connections, and its queue is full"),
    QUEUE_TIMEOUT(503, Outcome.UNKNOWN,
            "every member of the pool stayed at its max-connections for longer than queue.timeout"),
    CONNECT_FAILED(502, Outcome.CONNECT_FAILED, "no member that could be tried accepted a connection"),
    CONNECT_TIMEOUT(504, Outcome.CONNECT_FAILED,
            "no member that could be tried accepted a connection in time"),
    TLS_FAILED(502, Outcome.CONNECT_FAILED, "the TLS handshake with the member failed"),
    UPSTREAM_RESET(502, Outcome.RESET, "the member closed the connection before its answer was complete"),
    BAD_RESPONSE(502, Outcome.RESET, "the member's answer is not valid HTTP"),
    RESPONSE_TIMEOUT(504, Outcome.TIMEOUT, "the member took too long to answer"),
    SEND_TIMEOUT(504, Outcome.TIMEOUT, "the member took too long to accept the request"),
    CLIENT_STALLED(408, Outcome.UNKNOWN, "the client took too long to accept the answer"),
    IDLE_TIMEOUT(504, Outcome.TIMEOUT, "nothing was sent in either direction for too long"),
    MEMBER_ERROR(502, Outcome.UNKNOWN,
            "the member answered with a status that the route's circuit breaker takes for a failure"),
    CIRCUIT_OPEN(503, Outcome.UNKNOWN, "the route's circuit breaker is open"),
    FILTER_REFUSED(403, Outcome.UNKNOWN, "a filter of the route refused the request"),
    DENIED(403, Outcome.UNKNOWN, "the client's address is not allowed"),
    DRAIN_TIMEOUT(503, Outcome.UNKNOWN, "the member was draining and its drain-timeout has passed"),
    MEMBER_DOWN(502, Outcome.UNKNOWN, "the member's checks found it down, and the pool says on-down: close"),
    MAINTENANCE(503, Outcome.UNKNOWN, "an operator took the member out"),
    SHUTDOWN(503, Outcome.UNKNOWN, "Headgate is shutting down"),
    CLIENT_GONE(499, Outcome.UNKNOWN, "the client closed the connection first"),
    CLOSED_BY_OPERATOR(503, Outcome.UNKNOWN, "an operator closed the connection"),
    RATE_LIMITED(429, Outcome.UNKNOWN, "the client opens connections faster than it may"),
    BAD_PROXY_HEADER(400, Outcome.UNKNOWN,
            "the connection does not begin with a valid PROXY protocol header"),
    BAD_CLIENT_HELLO(400, Outcome.UNKNOWN, "the connection does not begin with a valid TLS ClientHello"),
    HTTP2_ERROR(400, Outcome.UNKNOWN, "the client broke a rule of HTTP/2 that ends the whole connection"),
    HTTP2_FLOOD(429, Outcome.UNKNOWN,
            "the client sent more resets or other frames without a purpose than an HTTP/2 connection may"),
    PREFACE_TIMEOUT(408, Outcome.UNKNOWN,
            "the client took too long to send its PROXY header or TLS ClientHello"),
    CLIENT_TLS_FAILED(400, Outcome.UNKNOWN, "the TLS handshake with the client failed"),
    CLIENT_CERTIFICATE(403, Outcome.UNKNOWN, "the client showed no certificate that is trusted here"),
    HANDSHAKE_TIMEOUT(408, Outcome.UNKNOWN, "the client took too long to complete its TLS handshake"),
    INTERNAL_ERROR(500, Outcome.UNKNOWN, "Headgate failed; the log has the details");

    private final int status;
    private final Outcome outcome;
    private final String description;
    private final String code = name().toLowerCase(Locale.ROOT).replace('_', '-');

    Reason(int status, Outcome outcome, String description) {
        this.status = status;
        this.outcome = outcome;
        this.description = description;
    }

    /** The HTTP status that goes with it; 499 is never sent, it stands in the access log alone. */
    public int status() {
        return status;
    }

    /** What it says about the member that the request or connection was on. */
    public Outcome outcome() {
        return outcome;
    }

    public String code() {
        return code;
    }

    public String description() {
        return description;
    }
}
