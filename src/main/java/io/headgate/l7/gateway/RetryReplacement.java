package io.headgate.l7.gateway;

import io.headgate.pool.RandomSource;
import io.netty.util.concurrent.Ticker;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ApplicationEventPublisherAware;

/**
 * Puts {@link RetryGatewayFilterFactory} in the place of Spring Cloud Gateway's. A user's own that extends it
 * stays.
 */
public final class RetryReplacement implements BeanPostProcessor, ApplicationEventPublisherAware {

    private final Ticker ticker;
    private final RandomSource random;
    private @Nullable ApplicationEventPublisher events;

    public RetryReplacement(Ticker ticker, RandomSource random) {
        this.ticker = ticker;
        this.random = random;
    }

    @Override
    public void setApplicationEventPublisher(ApplicationEventPublisher publisher) {
        events = publisher;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        if (bean.getClass() != org.springframework.cloud.gateway.filter.factory.RetryGatewayFilterFactory.class) {
            return bean;
        }
        RetryGatewayFilterFactory ours = new RetryGatewayFilterFactory(ticker, random);
        if (events != null) {
            ours.setApplicationEventPublisher(events);
        }
        return ours;
    }
}
