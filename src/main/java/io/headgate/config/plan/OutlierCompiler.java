package io.headgate.config.plan;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.headgate.config.fault.Faults;
import io.headgate.config.properties.PoolProperties;
import io.headgate.health.OutlierSpec;
import io.headgate.pool.Outcome;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks one pool's passive detection and makes its spec. */
final class OutlierCompiler {

    private static final Set<Outcome> FAILURES = Set.of(Outcome.CONNECT_FAILED, Outcome.RESET,
            Outcome.TIMEOUT,
            Outcome.SERVER_ERROR);

    private OutlierCompiler() {
    }

    /** Null if there is none, or if a fault makes a spec impossible. */
    static @Nullable OutlierSpec compile(String pool, PoolProperties properties,
            CircuitBreakerRegistry registry,
            Faults faults) {
        String path = "headgate.pools." + pool;
        faults.range(path + ".max-ejected", properties.maxEjected(), 0, 100);
        String name = properties.outlier();
        if (name == null) {
            return null;
        }
        Optional<CircuitBreakerConfig> breaker = registry.getConfiguration(name);
        if (breaker.isEmpty()) {
            faults.add(path + ".outlier", name, "an entry of resilience4j.circuitbreaker.configs",
                    "Define it there; an empty one has Resilience4j's defaults.");
            return null;
        }
        return properties.maxEjected() < 0 || properties.maxEjected() > 100
                ? null
                : new OutlierSpec(breaker.get(), properties.maxEjected(), FAILURES);
    }
}
