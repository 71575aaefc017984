package io.headgate.l7.gateway.compile;

import io.headgate.l7.gateway.ConcurrencyLimitGatewayFilterFactory;
import io.headgate.l7.gateway.FailoverGatewayFilterFactory;
import io.headgate.l7.gateway.FaultGatewayFilterFactory;
import io.headgate.l7.gateway.RateLimitGatewayFilterFactory;
import io.headgate.l7.gateway.RetryGatewayFilterFactory;
import io.headgate.l7.gateway.own.OwnFilterFactory;
import io.headgate.pool.Reason;
import io.netty.channel.ConnectTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.factory.GatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.RequestRateLimiterGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.RetryGatewayFilterFactory.RetryConfig;
import org.springframework.cloud.gateway.filter.factory.SetStatusGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.SpringCloudCircuitBreakerFilterFactory;
import org.springframework.cloud.gateway.support.TimeoutException;
import org.springframework.core.NestedRuntimeException;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.server.ResponseStatusException;

/** The Retry filter. */
final class RetryFilters {

    /** What may become of a request on its way to a member, without an answer. */
    private static final Set<Reason> FAILURES = EnumSet.of(Reason.CONNECT_FAILED, Reason.CONNECT_TIMEOUT,
            Reason.TLS_FAILED, Reason.UPSTREAM_RESET, Reason.BAD_RESPONSE, Reason.RESPONSE_TIMEOUT,
            Reason.SEND_TIMEOUT, Reason.NO_MEMBER, Reason.MEMBERS_FULL, Reason.QUEUE_FULL,
            Reason.QUEUE_TIMEOUT, Reason.DRAIN_TIMEOUT, Reason.MEMBER_DOWN, Reason.MAINTENANCE);

    /** The slow lane has an exception of this class for each of them. */
    private static final List<Class<? extends Throwable>> ANY = List.of(Throwable.class, Exception.class,
            RuntimeException.class, NestedRuntimeException.class, ErrorResponseException.class,
            ResponseStatusException.class);

    private RetryFilters() {
    }

    static Edits retry(RetryConfig config) throws NotCompilable {
        Set<Reason> reasons = EnumSet.noneOf(Reason.class);
        for (Class<? extends Throwable> exception : RetryGatewayFilterFactory.exceptions(config)) {
            reasons.addAll(reasons(exception));
        }
        return Edits.repeating(RetryGatewayFilterFactory.policy(config, reasons));
    }

    /** The failures that the slow lane knows by this exception, or by one that extends it. */
    private static Set<Reason> reasons(Class<? extends Throwable> exception) throws NotCompilable {
        if (ANY.contains(exception)) {
            return FAILURES;
        }
        if (exception == IOException.class) {
            return EnumSet.of(Reason.CONNECT_FAILED, Reason.CONNECT_TIMEOUT, Reason.TLS_FAILED,
                    Reason.UPSTREAM_RESET);
        }
        if (exception == ConnectException.class) {
            return EnumSet.of(Reason.CONNECT_FAILED, Reason.CONNECT_TIMEOUT);
        }
        if (exception == ConnectTimeoutException.class) {
            return EnumSet.of(Reason.CONNECT_TIMEOUT);
        }
        if (exception == SSLException.class || exception == SSLHandshakeException.class) {
            return EnumSet.of(Reason.TLS_FAILED);
        }
        if (exception == TimeoutException.class) {
            return EnumSet.of(Reason.RESPONSE_TIMEOUT);
        }
        if (exception == java.util.concurrent.TimeoutException.class) {
            return Set.of(); // it is the circuit breaker's
        }
        throw new NotCompilable("filter Retry with the exception " + exception.getName(),
                "name " + IOException.class.getName() + " or " + TimeoutException.class.getName());
    }

    /** Why a filter that repeats requests may not stand before this one: null if it may. */
    static @Nullable NotCompilable obstacle(GatewayFilterFactory<?> factory,
            String name) {
        boolean again = factory instanceof SetStatusGatewayFilterFactory
                || factory instanceof RateLimitGatewayFilterFactory
                || factory instanceof ConcurrencyLimitGatewayFilterFactory
                || factory instanceof FaultGatewayFilterFactory
                || factory instanceof RequestRateLimiterGatewayFilterFactory
                || factory instanceof FailoverGatewayFilterFactory
                || factory instanceof RetryGatewayFilterFactory || factory instanceof OwnFilterFactory<?>
                || factory instanceof SpringCloudCircuitBreakerFilterFactory;
        return again ? behind(name) : null;
    }

    static NotCompilable behind(String name) {
        return new NotCompilable("filter " + name + " behind Retry or Failover",
                "put " + name + " in front of them");
    }
}
