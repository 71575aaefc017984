package io.headgate.config.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.support.SpringFactoriesLoader;

class RedisWhereConfiguredTest {

    private static final String REDIS = DataRedisAutoConfiguration.class.getName();

    /** The one that Spring Boot finds. */
    private static RedisWhereConfigured with(String property) {
        RedisWhereConfigured filter = SpringFactoriesLoader.forDefaultResourceLocation()
                .load(AutoConfigurationImportFilter.class).stream()
                .filter(RedisWhereConfigured.class::isInstance).map(RedisWhereConfigured.class::cast)
                .findAny().orElseThrow();
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("test", Map.of(property, "x")));
        filter.setEnvironment(environment);
        return filter;
    }

    @Test
    void nothingOfRedisIsConfiguredUnlessTheConfigurationNamesIt() {
        RedisWhereConfigured filter = with("spring.application.name");
        assertThat(filter.isWanted(REDIS)).isFalse();
        assertThat(filter.isWanted("org.springframework.boot.tomcat.Any")).isTrue();
        assertThat(filter.isWanted(null)).isTrue(); // another filter has refused it
    }

    @ParameterizedTest
    @ValueSource(strings = {"spring.data.redis.host", "spring.data.redis.sentinel.nodes[0]",
            "SPRING_DATA_REDIS_URL"})
    void aPropertyOrAVariableNamesIt(String name) {
        assertThat(with(name).isWanted(REDIS)).isTrue();
    }
}
