package io.headgate.l7.gateway.compile;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.headgate.l7.gateway.BreakerFailures;
import io.headgate.l7.gateway.cached.CacheGatewayFilterFactory;
import io.headgate.l7.gateway.expand.Spelling;
import io.headgate.l7.gateway.expand.TargetTemplate;
import io.headgate.l7.gateway.own.OwnFilterFactory;
import io.headgate.l7.route.Breaking;
import io.headgate.l7.route.RequestDraft;
import java.net.URI;
import java.time.Duration;
import java.util.BitSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.circuitbreaker.resilience4j.ReactiveResilience4JCircuitBreaker;
import org.springframework.cloud.circuitbreaker.resilience4j.ReactiveResilience4JCircuitBreakerFactory;
import org.springframework.cloud.gateway.filter.factory.GatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.SetStatusGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.SpringCloudCircuitBreakerFilterFactory;
import org.springframework.cloud.gateway.support.HttpStatusHolder;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import reactor.core.publisher.Mono;

/** The CircuitBreaker filter. */
final class BreakerFilters {

    private static final String BULKHEAD = "spring.cloud.circuitbreaker.bulkhead.resilience4j.enabled";

    private BreakerFilters() {
    }

    static Edits breaker(SpringCloudCircuitBreakerFilterFactory factory,
            SpringCloudCircuitBreakerFilterFactory.Config config) throws NotCompilable {
        String id = String.valueOf(config.getId());
        if (!(CodedRoutes.part(factory,
                "reactiveCircuitBreakerFactory") instanceof ReactiveResilience4JCircuitBreakerFactory breakers)
                || !(breakers.create(id) instanceof ReactiveResilience4JCircuitBreaker made)) {
            throw new NotCompilable("filter CircuitBreaker with breakers that are not Resilience4j's",
                    "remove the ReactiveCircuitBreakerFactory of your own");
        }
        if (CodedRoutes.part(made, "bulkheadProvider") != null) {
            throw new NotCompilable("filter CircuitBreaker with " + BULKHEAD,
                    "switch it off; pools have max-connections");
        }
        // what it makes for each request is in the registry from then on, as it has configured it
        Mono<Void> _ = made.run(Mono.never(), Mono::error);
        CircuitBreaker breaker = breakers.getCircuitBreakerRegistry().find(id)
                .orElseThrow(() -> new NotCompilable("filter CircuitBreaker whose breaker is not registered",
                        "remove the customizer of your own"));
        return Edits.breaking(new Breaking(breaker, limit(breakers, made, id), statuses(config),
                new BreakerFailures(status -> factory.new CircuitBreakerStatusCodeException(
                        HttpStatusCode.valueOf(status))),
                fallback(config.getFallbackUri()), config.isResumeWithoutError(), 0));
    }

    private static @Nullable Duration limit(ReactiveResilience4JCircuitBreakerFactory breakers,
            ReactiveResilience4JCircuitBreaker made, String id) {
        return Boolean.TRUE.equals(CodedRoutes.part(made, "disableTimeLimiter"))
                ? null
                : breakers.getTimeLimiterRegistry().find(id)
                        .map(limiter -> limiter.getTimeLimiterConfig().getTimeoutDuration()).orElse(null);
    }

    private static BitSet statuses(SpringCloudCircuitBreakerFilterFactory.Config config) {
        BitSet statuses = new BitSet();
        for (String text : config.getStatusCodes()) {
            HttpStatus status = HttpStatusHolder.parse(text).getHttpStatus();
            if (status != null) {
                statuses.set(status.value());
            }
        }
        return statuses;
    }

    private static @Nullable Function<RequestDraft, String> fallback(@Nullable URI uri)
            throws NotCompilable {
        if (uri == null) {
            return null;
        }
        String path = uri.getPath();
        if (!"forward".equals(uri.getScheme()) || path == null || !path.startsWith("/")
                || uri.getRawQuery() != null) {
            throw new NotCompilable("filter CircuitBreaker with the fallback " + uri,
                    "write forward: and a path: forward:/fallback");
        }
        TargetTemplate template = TargetTemplate.path(path);
        if (template.isConstant()) {
            String constant = template.literals().getFirst();
            return draft -> constant;
        }
        return draft -> template.expand(draft.variables(),
                (before, value) -> Spelling.inPath(value, draft.received().path()));
    }

    /** Why a filter may not stand behind this one: null if it may. */
    static @Nullable NotCompilable behind(GatewayFilterFactory<?> factory, String name) {
        boolean decides = factory instanceof SetStatusGatewayFilterFactory
                || factory instanceof OwnFilterFactory<?>
                || factory instanceof SpringCloudCircuitBreakerFilterFactory;
        return decides ? behind(name) : null;
    }

    static NotCompilable behind(String name) {
        return new NotCompilable("filter " + name + " behind CircuitBreaker",
                "put " + name + " in front of CircuitBreaker");
    }

    /** Why this one may not stand behind a cache. */
    static NotCompilable behindCache() {
        return new NotCompilable("filter CircuitBreaker behind " + CacheGatewayFilterFactory.class
                .getSimpleName().replace("GatewayFilterFactory", ""), "put it in front of the cache");
    }
}
