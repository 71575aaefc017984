package io.headgate.l7.gateway;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.CLIENT_RESPONSE_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ALREADY_ROUTED_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_SCHEME_PREFIX_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.PRESERVE_HOST_HEADER_ATTRIBUTE;

import io.headgate.l7.BalanceKey;
import io.headgate.l7.Repeatable;
import io.headgate.l7.port.Remade;
import io.headgate.pool.Attempt;
import io.headgate.pool.Member;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pool;
import io.headgate.pool.PoolSpec;
import io.headgate.pool.Pools;
import io.headgate.pool.Reason;
import io.netty.util.concurrent.Ticker;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Resolves {@code lb://POOL} to a member, just before Spring Cloud Gateway's own load balancer filter would.
 * If a member cannot be connected to, another one is tried at once. If a connection breaks after the request
 * may have been sent, another one is tried only if sending the request twice does no harm.
 */
public final class PoolFilter implements GlobalFilter, Ordered {

    /**
     * After RouteToRequestUrlFilter (10000) and SetRequestUri (10001), before SCG's load balancer filter
     * (10150).
     */
    public static final int ORDER = 10140;

    private static final String SCHEME = "lb";
    private static final String FORWARD = "forward";

    private final Pools pools;
    private final Ticker ticker;

    public PoolFilter(Pools pools, Ticker ticker) {
        this.pools = pools;
        this.ticker = ticker;
    }

    @Override
    public int getOrder() {
        return ORDER;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        URI target = exchange.getAttribute(GATEWAY_REQUEST_URL_ATTR);
        if (target != null && !isSendable(exchange, target)) {
            return Mono.error(new Failure(Reason.BAD_REQUEST, null));
        }
        String prefix = exchange.getAttribute(GATEWAY_SCHEME_PREFIX_ATTR);
        if (target == null || !(SCHEME.equals(target.getScheme()) || SCHEME.equals(prefix))) {
            return chain.filter(exchange);
        }
        exchange.getAttributes().remove(GATEWAY_SCHEME_PREFIX_ATTR);
        String other = FailoverFilter.pool(exchange);
        Pool pool = pools.find(other == null ? target.getHost() : other).orElse(null);
        if (pool == null) {
            return Mono.error(new Failure(Reason.NO_MEMBER, null));
        }
        SlowRequest slow = SlowRequest.of(exchange);
        PoolSpec spec = pool.spec();
        String scheme = scheme(target.getScheme(), spec);
        // SCG's Retry filter passes here again: its last attempt is released, and that member is avoided.
        slow.attempts().abandon(slow.answer());
        slow.attempts().begin(pool, BalanceKey.of(spec, new RequestParts(exchange)));
        slow.stick(Stickiness.of(pool.sticky(), exchange), exchange);
        return attempt(slow.sticky().hidden(exchange), chain, slow, new Target(scheme, target), null);
    }

    /**
     * Whether a client would be allowed to send the target and the host that the route's filters have made.
     */
    private static boolean isSendable(ServerWebExchange exchange, URI target) {
        String path = target.getRawPath();
        if (target.isOpaque() || FORWARD.equals(target.getScheme()) || path == null) {
            return true; // goes to no member
        }
        String query = target.getRawQuery();
        boolean host = !exchange.getAttributeOrDefault(PRESERVE_HOST_HEADER_ATTRIBUTE, false)
                || Remade.permitsHost(exchange.getRequest().getHeaders().getFirst(HttpHeaders.HOST));
        return host && Remade.permits((path.isEmpty() ? "/" : path) + (query == null ? "" : "?" + query));
    }

    /** Members of a pool with TLS never get clear text, whatever the route says. */
    private static String scheme(String asked, PoolSpec spec) {
        return switch (asked) {
            case SCHEME, "http" -> spec.tls() == null ? "http" : "https";
            case "ws" -> spec.tls() == null ? "ws" : "wss";
            default -> asked;
        };
    }

    /** Looks for a member, and waits for one in the pool's queue if need be. */
    private Mono<Void> attempt(ServerWebExchange exchange, GatewayFilterChain chain, SlowRequest slow,
            Target target,
            @Nullable Failure previous) {
        Member bound = slow.sticky().bound();
        Attempt attempt = slow.attempts().nextNow(bound);
        return attempt != null
                ? send(exchange, chain, slow, target, slow.begin(attempt))
                : QueuedRequest.place(slow, bound, previous)
                        .flatMap(granted -> send(exchange, chain, slow, target, granted));
    }

    /** Sends the request to the member that it holds. */
    private Mono<Void> send(ServerWebExchange exchange, GatewayFilterChain chain, SlowRequest slow,
            Target target,
            SlowAttempt tried) {
        exchange.getAttributes().put(GATEWAY_REQUEST_URL_ATTR, target.on(tried.member()));
        long asked = ticker.nanoTime();
        return tried.within(chain.filter(exchange)).doOnSuccess(head -> {
            tried.answered(ticker.nanoTime() - asked);
            slow.answered(exchange.getResponse().getStatusCode());
            slow.sticky().answered(exchange, tried.member());
        })
                .onErrorResume(error -> {
                    Reason reason = reason(slow, error);
                    boolean stale = reason == Reason.UPSTREAM_RESET && !tried.isReleased()
                            && tried.wasStale();
                    boolean again = mayTryAgain(exchange, slow, tried, reason);
                    if (again) {
                        exchange.getAttributes().remove(GATEWAY_ALREADY_ROUTED_ATTR);
                    }
                    if (again && stale) {
                        tried.again();
                        return send(exchange, chain, slow, target, tried);
                    }
                    slow.attempts().failed(reason, stale ? Outcome.UNKNOWN : reason.outcome());
                    Failure failure = new Failure(reason, error);
                    return again ? attempt(exchange, chain, slow, target, failure) : Mono.error(failure);
                });
    }

    /**
     * Why the attempt failed. What comes after this filter talks to the member, so an unknown failure is
     * blamed on the member.
     */
    private static Reason reason(SlowRequest slow, Throwable error) {
        Reason lost = slow.lost();
        if (lost != null) {
            return lost;
        }
        Reason reason = Failures.reason(error);
        return reason == Reason.INTERNAL_ERROR && error instanceof IllegalArgumentException
                ? Reason.BAD_RESPONSE
                : reason;
    }

    private static boolean mayTryAgain(ServerWebExchange exchange, SlowRequest slow, SlowAttempt tried,
            Reason reason) {
        if (slow.attempts().isExhausted() || exchange.getResponse().isCommitted()) {
            return false;
        }
        return switch (reason.retry()) {
            case ALWAYS -> true;
            case IF_REPEATABLE -> !tried.isReleased() && isUnanswered(exchange, slow, tried);
            case NEVER -> false;
        };
    }

    private static boolean isUnanswered(ServerWebExchange exchange, SlowRequest slow, SlowAttempt tried) {
        return !tried.heard() && exchange.getAttribute(CLIENT_RESPONSE_ATTR) == null
                && (isRepeatable(slow, exchange.getRequest())
                        || (!tried.sent() && slow.hasWholeBody(exchange)));
    }

    private static boolean isRepeatable(SlowRequest slow, ServerHttpRequest request) {
        return Repeatable.is(request.getMethod().name(), slow.hasBody() || TrackedRequest.hasBody(request));
    }

    /** The request's URI without its authority. */
    private record Target(String scheme, URI uri) {

        URI on(Member member) {
            String query = uri.getRawQuery();
            return URI.create(scheme + "://" + member.address() + uri.getRawPath()
                    + (query == null ? "" : "?" + query));
        }
    }
}
