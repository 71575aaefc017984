package io.headgate.l7.port;

import io.headgate.l7.Forwarding;
import io.headgate.l7.Grpc;
import io.headgate.l7.Lane;
import io.headgate.l7.RequestListener;
import io.headgate.l7.RuleListener;
import io.headgate.l7.ServedRequest;
import io.headgate.pool.Reason;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import org.jspecify.annotations.Nullable;

/** Reports what no lane sees: refused requests, connections closed by the port, and tolerated violations. */
final class PortReports {

    private final @Nullable String listener;
    private final RequestListener requests;
    private final RuleListener rules;

    PortReports(@Nullable String listener, RequestListener requests, RuleListener rules) {
        this.listener = listener;
        this.requests = requests;
        this.rules = rules;
    }

    /**
     * A request was refused before a lane had it.
     *
     * @param request null when its head never came
     * @param bodyBytes of its body that had come by then
     */
    void refused(Channel connection, @Nullable HttpRequest request, Violation violation, long bodyBytes) {
        refused(connection, request, violation, bodyBytes, false);
    }

    /** @param call whether it was a call of gRPC, whose status of HTTP says nothing */
    void refused(Channel connection, @Nullable HttpRequest request, Violation violation, long bodyBytes,
            boolean call) {
        Reason reason = violation.reason();
        String method = "-";
        String target = "-";
        if (request != null && !request.decoderResult().isFailure()) {
            method = request.method().name();
            target = request.uri();
        }
        requests.served(new ServedRequest(Forwarding.address(ClientAddress.of(connection)),
                method, target, call ? HttpResponseStatus.OK.code() : reason.status(), reason, Lane.NONE,
                null,
                null, 0, bodyBytes, 0, 0, violation.detail(), listener, null, null, null, null,
                call ? Grpc.status(reason, reason.status()) : -1));
    }

    /** A connection was closed for a reason that no request of it is the cause of. */
    void closed(Channel connection, Reason reason) {
        closed(connection, reason, null);
    }

    /** @param detail in words that are safe in JSON and in a log */
    void closed(Channel connection, Reason reason, @Nullable String detail) {
        refused(connection, null, new Violation(reason, null, detail), 0);
    }

    /** A request breaks a rule that is only reported, and is served. */
    void tolerated(Channel connection, Violation violation) {
        if (violation.rule() != null && violation.detail() != null) {
            rules.broken(violation.rule(), Forwarding.address(ClientAddress.of(connection)),
                    violation.detail());
        }
    }
}
