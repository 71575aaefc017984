package io.headgate.l7.gateway;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.headgate.l7.BadTargetException;
import io.headgate.net.Shortage;
import io.headgate.pool.Reason;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.http2.Http2Exception.StreamException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.timeout.ReadTimeoutException;
import io.netty.handler.timeout.WriteTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.support.ServiceUnavailableException;
import org.springframework.web.client.HttpStatusCodeException;
import org.springframework.web.server.ResponseStatusException;
import reactor.netty.channel.AbortedException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquirePendingLimitException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquireTimeoutException;
import reactor.netty.internal.shaded.reactor.pool.PoolShutdownException;

/** Finds the reason for an exception that concerns a member. */
final class Failures {

    private Failures() {
    }

    static Reason reason(Throwable error) {
        if (Shortage.isCauseOf(error)) {
            Shortage.report(error);
            return Reason.INTERNAL_ERROR;
        }
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            Reason reason = of(cause);
            if (reason != null) {
                return reason;
            }
        }
        return Reason.INTERNAL_ERROR;
    }

    private static @Nullable Reason of(Throwable cause) {
        return switch (cause) {
            case Failure failure -> failure.why();
            case BadTargetException e -> Reason.BAD_REQUEST;
            case PoolAcquirePendingLimitException e -> Reason.MEMBERS_FULL;
            case PoolAcquireTimeoutException e -> Reason.MEMBERS_FULL;
            case PoolShutdownException e -> Reason.CONNECT_FAILED; // its member has just gone down
            case ConnectTimeoutException e -> Reason.CONNECT_TIMEOUT;
            case ConnectException e -> Reason.CONNECT_FAILED;
            case NoRouteToHostException e -> Reason.CONNECT_FAILED;
            case UnknownHostException e -> Reason.CONNECT_FAILED;
            case SSLHandshakeException e -> Reason.TLS_FAILED;
            case NotSslRecordException e -> Reason.TLS_FAILED;
            case ReadTimeoutException e -> Reason.RESPONSE_TIMEOUT;
            case WriteTimeoutException e -> Reason.SEND_TIMEOUT;
            case TimeoutException e -> Reason.RESPONSE_TIMEOUT;
            case CallNotPermittedException e -> Reason.CIRCUIT_OPEN;
            case ServiceUnavailableException e -> Reason.CIRCUIT_OPEN; // SCG's circuit breaker throws no
                                                                       // other
            case HttpStatusCodeException e -> Reason.MEMBER_ERROR;
            case CodecException e -> Reason.BAD_RESPONSE;
            case StreamException e -> Reason.BAD_RESPONSE;
            case IOException e -> Reason.UPSTREAM_RESET;
            case AbortedException e -> Reason.UPSTREAM_RESET; // it had closed before anything was written
            case ResponseStatusException e -> of(e);
            default -> null;
        };
    }

    private static @Nullable Reason of(ResponseStatusException error) {
        return switch (error.getStatusCode().value()) {
            case 400 -> Reason.BAD_REQUEST;
            case 404 -> Reason.NO_ROUTE;
            case 413 -> Reason.BODY_TOO_LARGE;
            case 504 -> Reason.RESPONSE_TIMEOUT;
            case 500 -> null;
            default -> Reason.FILTER_REFUSED;
        };
    }
}
