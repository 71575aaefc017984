package io.headgate.l7.gateway.expand;

import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Replaces Spring Cloud Gateway's filters and predicates with the repaired ones. A user's own that extends
 * one of them stays.
 */
public final class SafeExpansion implements BeanPostProcessor {

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        Class<?> type = bean.getClass();
        if (type == org.springframework.cloud.gateway.filter.factory.SetPathGatewayFilterFactory.class) {
            return new SetPathGatewayFilterFactory();
        }
        if (type == org.springframework.cloud.gateway.filter.factory.PrefixPathGatewayFilterFactory.class) {
            return new PrefixPathGatewayFilterFactory();
        }
        if (type == org.springframework.cloud.gateway.filter.factory.AddRequestParameterGatewayFilterFactory.class) {
            return new AddRequestParameterGatewayFilterFactory();
        }
        if (type == org.springframework.cloud.gateway.filter.factory.SetRequestUriGatewayFilterFactory.class) {
            return new SetRequestUriGatewayFilterFactory();
        }
        if (type == org.springframework.cloud.gateway.filter.factory.SetRequestHostHeaderGatewayFilterFactory.class) {
            return new SetRequestHostHeaderGatewayFilterFactory();
        }
        if (type == org.springframework.cloud.gateway.filter.factory.SetStatusGatewayFilterFactory.class) {
            return new SetStatusGatewayFilterFactory(
                    (org.springframework.cloud.gateway.filter.factory.SetStatusGatewayFilterFactory) bean);
        }
        if (type == org.springframework.cloud.gateway.handler.predicate.HostRoutePredicateFactory.class) {
            return new HostRoutePredicateFactory(
                    (org.springframework.cloud.gateway.handler.predicate.HostRoutePredicateFactory) bean);
        }
        return bean;
    }

    /** Whether it is one of these, and so works as the one that it replaces. */
    public static boolean isOurs(Object factory) {
        return factory.getClass().getPackage() == SafeExpansion.class.getPackage();
    }
}
