package io.headgate.config.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.config.fault.Fault;
import io.headgate.config.fault.Faults;
import io.headgate.testing.PlainLimiter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.cloud.gateway.filter.factory.RequestRateLimiterGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.ratelimit.AbstractRateLimiter;
import org.springframework.cloud.gateway.filter.ratelimit.RateLimiter;
import org.springframework.cloud.gateway.support.ConfigurationService;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.validation.Validator;
import org.springframework.validation.beanvalidation.OptionalValidatorFactoryBean;
import reactor.core.publisher.Mono;

class RateLimitersTest {

    /** As SCG's Redis limiter is configured. */
    public static final class Rate {

        private int replenishRate;

        public int getReplenishRate() {
            return replenishRate;
        }

        public void setReplenishRate(int rate) {
            replenishRate = rate;
        }
    }

    private static final class OwnLimiter extends AbstractRateLimiter<Rate> {

        OwnLimiter() {
            super(Rate.class, "own-rate-limiter", null);
        }

        @Override
        public Mono<Response> isAllowed(String routeId, String id) {
            return Mono.just(new Response(true, Map.of()));
        }
    }

    /** Reads whatever it likes. */
    private static final class OtherLimiter implements PlainLimiter {

        @Override
        public Mono<Response> isAllowed(String routeId, String id) {
            return Mono.just(new Response(true, Map.of()));
        }
    }

    @Test
    void anArgumentThatTheLimiterDoesNotHaveIsAFault() {
        assertThat(properties(new OwnLimiter())).containsExactlyInAnyOrder(
                "args.own-rate-limiter.replenishRat",
                "args.own-rate-limitr.replenishRate", "args.deny-empty-kay");
    }

    @Test
    void whatALimiterOfUnknownConfigurationMayReadIsNone() {
        assertThat(properties(new OtherLimiter())).containsExactly("args.deny-empty-kay");
    }

    private static List<String> properties(RateLimiter<?> limiter) {
        StandardEnvironment environment = new StandardEnvironment();
        String filter = Routes.ROUTES + "[0].filters[0].";
        environment.getPropertySources().addFirst(new MapPropertySource("test", Map.of(
                Routes.ROUTES + "[0].id", "a", Routes.ROUTES + "[0].uri", "http://127.0.0.1:9",
                filter + "name", "RequestRateLimiter",
                filter + "args.own-rate-limiter.replenishRat", "1",
                filter + "args.own-rate-limiter.replenish-rate", "1",
                filter + "args.own-rate-limitr.replenishRate", "1",
                filter + "args.deny-empty-kay", "true", filter + "args.denyEmptyKey", "true")));
        Faults faults = new Faults(name -> null);
        OptionalValidatorFactoryBean validator = new OptionalValidatorFactoryBean();
        ConfigurationService configurations = new ConfigurationService(new StaticListableBeanFactory(),
                ApplicationConversionService::getSharedInstance, () -> (Validator) validator);
        new RouteDefinitions(List.of(), List.of(new RequestRateLimiterGatewayFilterFactory(limiter,
                exchange -> Mono.just("key"))), configurations, List.of(limiter))
                .check(environment, faults);
        return faults.found().stream().map(Fault::property).filter(name -> name.startsWith(filter))
                .map(name -> name.substring(filter.length())).toList();
    }
}
