package io.headgate.config.source;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.util.Assert;

/**
 * Spring Boot configures a client of Redis as soon as the libraries are there, and believes that Redis is on
 * this machine. In a gateway whose configuration does not name one, nothing of it is made.
 */
public final class RedisWhereConfigured implements AutoConfigurationImportFilter, EnvironmentAware {

    /** What Redis is configured by. */
    private static final String PREFIX = "spring.data.redis.";
    private static final String VARIABLES = "SPRING_DATA_REDIS_";

    private static final String CONFIGURATIONS = "org.springframework.boot.data.";

    private boolean configured;

    @Override
    public void setEnvironment(Environment environment) {
        Assert.isInstanceOf(ConfigurableEnvironment.class, environment);
        configured = isConfigured((ConfigurableEnvironment) environment);
    }

    /** Whether the configuration says where Redis is. */
    public static boolean isConfigured(ConfigurableEnvironment environment) {
        return environment.getPropertySources().stream().anyMatch(RedisWhereConfigured::names);
    }

    private static boolean names(PropertySource<?> source) {
        if (source instanceof EnumerablePropertySource<?> known) {
            for (String name : known.getPropertyNames()) {
                if (name.startsWith(PREFIX) || name.startsWith(VARIABLES)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public boolean[] match(@Nullable String[] configurations, AutoConfigurationMetadata metadata) {
        boolean[] wanted = new boolean[configurations.length];
        for (int i = 0; i < configurations.length; i++) {
            wanted[i] = isWanted(configurations[i]);
        }
        return wanted;
    }

    boolean isWanted(@Nullable String configuration) {
        return configured || configuration == null || !configuration.startsWith(CONFIGURATIONS);
    }
}
