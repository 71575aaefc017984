package io.headgate.pool;

import java.util.Locale;

/**
 * Why Headgate itself answered a request or closed a connection: the closed list behind every reason in the
 * answers, the logs and the metrics. {@link #code()} is the text that appears there; docs/reasons.md lists
 * them all.
 */
public enum Reason {
    BAD_REQUEST(400, "the request is not valid HTTP"),
    HEADER_TIMEOUT(408, "the client took too long to send the request's headers"),
    BODY_TIMEOUT(408, "the client took too long to send the request's body"),
    BODY_TOO_LARGE(413,
            "the request's body is larger than headgate.client.max-body-size, or than what its route may keep of it in memory"),
    URI_TOO_LONG(414, "the request line is longer than server.netty.max-initial-line-length"),
    HEADERS_TOO_LARGE(431, "the request's headers are larger than server.max-http-request-header-size"),
    TOO_MANY_CONNECTIONS(503, "a connection limit for clients was reached"),
    MEMORY_SHORT(503, "there is too little memory free to take more work"),
    TOO_MANY_TUNNELS(503, "as many WebSockets are open as headgate.tunnels.max allows"),
    NO_ROUTE(404, "no route matches the request"),
    NO_MEMBER(503, "no member of the pool can take work"),
    MEMBERS_FULL(503, "every member of the pool is at its max-connections"),
    QUEUE_FULL(503, "every member of the pool is at its max-connections, and its queue is full"),
    QUEUE_TIMEOUT(503,
            "every member of the pool stayed at its max-connections for longer than queue.timeout"),
    CONNECT_FAILED(502, "no member that could be tried accepted a connection"),
    CONNECT_TIMEOUT(504, "no member that could be tried accepted a connection in time"),
    TLS_FAILED(502, "the TLS handshake with the member failed"),
    UPSTREAM_RESET(502, "the member closed the connection before its answer was complete"),
    BAD_RESPONSE(502, "the member's answer is not valid HTTP"),
    RESPONSE_TIMEOUT(504, "the member took too long to answer"),
    SEND_TIMEOUT(504, "the peer took too long to accept data"),
    IDLE_TIMEOUT(504, "nothing was sent in either direction for too long"),
    MEMBER_ERROR(502,
            "the member answered with a status that the route's circuit breaker takes for a failure"),
    CIRCUIT_OPEN(503, "the route's circuit breaker is open"),
    FILTER_REFUSED(403, "a filter of the route refused the request"),
    DENIED(403, "the client's address is not allowed"),
    DRAIN_TIMEOUT(503, "the member was draining and its drain-timeout has passed"),
    MEMBER_DOWN(502, "the member's checks found it down, and the pool says on-down: close"),
    MAINTENANCE(503, "an operator took the member out"),
    SHUTDOWN(503, "Headgate is shutting down"),
    CLIENT_GONE(499, "the client closed the connection first"),
    CLOSED_BY_OPERATOR(503, "an operator closed the connection"),
    RATE_LIMITED(429, "the client opens connections faster than it may"),
    BAD_PROXY_HEADER(400, "the connection does not begin with a valid PROXY protocol header"),
    BAD_CLIENT_HELLO(400, "the connection does not begin with a valid TLS ClientHello"),
    PREFACE_TIMEOUT(408, "the client took too long to send its PROXY header or TLS ClientHello"),
    CLIENT_TLS_FAILED(400, "the TLS handshake with the client failed"),
    CLIENT_CERTIFICATE(403, "the client showed no certificate that is trusted here"),
    HANDSHAKE_TIMEOUT(408, "the client took too long to complete its TLS handshake"),
    INTERNAL_ERROR(500, "Headgate failed; the log has the details");

    private final int status;
    private final String description;
    private final String code = name().toLowerCase(Locale.ROOT).replace('_', '-');

    Reason(int status, String description) {
        this.status = status;
        this.description = description;
    }

    /** The HTTP status that goes with it; 499 is never sent, it stands in the access log alone. */
    public int status() {
        return status;
    }

    public String code() {
        return code;
    }

    public String description() {
        return description;
    }
}
