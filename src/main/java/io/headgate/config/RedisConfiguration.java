package io.headgate.config;

import io.headgate.config.source.RedisWhereConfigured;
import io.headgate.l7.limit.AwaitedRedis;
import io.headgate.l7.limit.RedisCounts;
import io.headgate.l7.limit.Sharing;
import io.headgate.observe.SharingMeters;
import io.headgate.pool.Clock;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;

/** What replicas count together, where the configuration names a Redis. */
@Configuration(proxyBeanMethods = false)
@Conditional(RedisConfiguration.RedisIsConfigured.class)
class RedisConfiguration {

    /** Commands that wait for an answer: more than a round of all limits has. */
    private static final int MOST_COMMANDS = 20_000;

    /** In the place of Spring Boot's: Spring Cloud Gateway's limiter asks it on event loops. */
    @Bean("reactiveStringRedisTemplate")
    @ConditionalOnMissingBean(name = "reactiveStringRedisTemplate")
    AwaitedRedis reactiveStringRedisTemplate(ReactiveRedisConnectionFactory factory) {
        return new AwaitedRedis(factory);
    }

    @Bean(initMethod = "start")
    Sharing sharing(ReactiveStringRedisTemplate redis, Clock clock, MeterRegistry registry) {
        Sharing sharing = new Sharing(new RedisCounts(redis), clock.ticker());
        SharingMeters.bind(sharing, registry);
        return sharing;
    }

    /** Without a connection, commands fail at once: they would be kept until there is one. */
    @Bean
    LettuceClientOptionsBuilderCustomizer failingFast() {
        return options -> options.disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(MOST_COMMANDS);
    }

    /** As Spring Boot's own configuration of Redis, which comes later. */
    static final class RedisIsConfigured implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return context.getEnvironment() instanceof ConfigurableEnvironment environment
                    && RedisWhereConfigured.isConfigured(environment);
        }
    }
}
