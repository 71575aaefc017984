package io.headgate.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.headgate.testing.TestGateway;
import org.junit.jupiter.api.Test;

class PlainConfigurationsTest {

    @Test
    void noSubclassIsGeneratedForAConfigurationClass() {
        try (TestGateway gateway = TestGateway.start("""
                resilience4j.circuitbreaker.configs.default.sliding-window-size: 7
                """)) {
            assertThat(gateway.beansOf(Object.class).values())
                    .extracting(bean -> bean.getClass().getName())
                    .anyMatch(name -> name.startsWith("io.github.resilience4j.springboot3."))
                    .noneMatch(name -> name.contains("$$SpringCGLIB$$"));
            assertThat(gateway.bean(CircuitBreakerRegistry.class).getDefaultConfig().getSlidingWindowSize())
                    .isEqualTo(7);
        }
    }
}
