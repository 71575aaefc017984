package io.headgate.l7.gateway;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ALREADY_PREFIXED_ATTR;

import io.headgate.l7.Grpc;
import io.headgate.l7.route.Repeating;
import io.headgate.l7.route.Repetition;
import io.headgate.pool.Attempt;
import io.headgate.pool.Pool;
import io.headgate.pool.RandomSource;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Runs the filters after it again, as long as its policy says so. Before each repetition, it undoes what the
 * failed try has changed in the answer's headers and in the exchange's attributes.
 */
final class RetryFilter implements GatewayFilter {

    private final Repeating policy;
    private final List<Class<? extends Throwable>> exceptions;
    private final GatewayFilter shown;
    private final Ticker ticker;
    private final RandomSource random;

    RetryFilter(Repeating policy, List<Class<? extends Throwable>> exceptions, GatewayFilter shown,
            Ticker ticker, RandomSource random) {
        this.policy = policy;
        this.exceptions = List.copyOf(exceptions);
        this.shown = shown;
        this.ticker = ticker;
        this.random = random;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        return policy.repeats(exchange.getRequest().getMethod().name())
                ? Mono.defer(() -> new Tries(exchange, chain).all())
                : chain.filter(exchange);
    }

    @Override
    public String toString() {
        return shown.toString();
    }

    /** One request's. */
    private final class Tries {

        private final ServerWebExchange exchange;
        private final GatewayFilterChain chain;
        private final SlowRequest slow;
        private final Repetition repetition = new Repetition(policy, ticker.nanoTime());
        private final HttpHeaders before;
        private final boolean prefixed;

        Tries(ServerWebExchange exchange, GatewayFilterChain chain) {
            this.exchange = exchange;
            this.chain = chain;
            this.slow = SlowRequest.of(exchange);
            this.before = copy(exchange.getResponse().getHeaders());
            this.prefixed = exchange.getAttribute(GATEWAY_ALREADY_PREFIXED_ATTR) != null;
        }

        Mono<Void> all() {
            return next().doFinally(end -> repetition.end());
        }

        private Mono<Void> next() {
            return chain.filter(exchange).materialize().flatMap(end -> {
                Throwable error = end.getThrowable();
                exchange.getAttributes().put(
                        org.springframework.cloud.gateway.filter.factory.RetryGatewayFilterFactory.RETRY_ITERATION_KEY,
                        repetition.made());
                long wait = error == null ? afterAnswer() : afterFailure(error);
                if (wait < 0) {
                    return error == null ? Mono.empty() : Mono.error(error);
                }
                startOver();
                return wait == 0 ? next() : after(wait).then(Mono.defer(this::next));
            });
        }

        private Mono<Long> after(long wait) {
            return Mono.delay(Duration.ofNanos(wait), Schedulers.fromExecutorService(slow.loop()));
        }

        private long afterAnswer() {
            HttpStatusCode status = exchange.getResponse().getStatusCode();
            HttpHeaders headers = exchange.getResponse().getHeaders();
            return status != null
                    && policy.repeats(status.value(), headers.getFirst(Grpc.STATUS.toString()))
                            ? begin(Repeating.retryAfter(headers.getFirst(HttpHeaders.RETRY_AFTER)))
                            : -1;
        }

        private long afterFailure(Throwable error) {
            return isRepeated(error) || isRepeated(error.getCause()) || isRepeatedByName(error)
                    ? begin(0)
                    : -1;
        }

        private boolean isRepeatedByName(Throwable error) {
            return !policy.reasons().isEmpty() && policy.repeats(Failures.reason(error));
        }

        private boolean isRepeated(@Nullable Throwable error) {
            return exceptions.stream().anyMatch(type -> type.isInstance(error));
        }

        private long begin(long retryAfter) {
            if (exchange.getResponse().isCommitted() || slow.lost() != null || !slow.hasWholeBody(exchange)) {
                return -1;
            }
            Attempt last = slow.attempts().current();
            Pool pool = last == null ? null : last.member().pool();
            boolean another = pool != null && slow.attempts().offersAnother();
            return repetition.begin(pool, another ? 0 : retryAfter, ticker.nanoTime(), random);
        }

        private void startOver() {
            ServerWebExchangeUtils.reset(exchange);
            HttpHeaders headers = exchange.getResponse().getHeaders();
            headers.clear();
            headers.putAll(copy(before));
            if (!prefixed) {
                exchange.getAttributes().remove(GATEWAY_ALREADY_PREFIXED_ATTR);
            }
        }
    }

    private static HttpHeaders copy(HttpHeaders headers) {
        HttpHeaders copy = new HttpHeaders();
        headers.forEach((name, values) -> copy.put(name, new ArrayList<>(values)));
        return copy;
    }
}
