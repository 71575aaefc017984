package io.headgate.l7.gateway.own;

import io.headgate.filter.FilterFactory;
import io.headgate.filter.PredicateFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;

/** Has each factory of a user's own found where Spring Cloud Gateway looks for its factories. */
public final class OwnFactories implements BeanDefinitionRegistryPostProcessor {

    @Override
    public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
        if (registry instanceof ConfigurableListableBeanFactory beans) {
            registry.registerBeanDefinition("headgate.slowBodies",
                    new RootBeanDefinition(SlowBodies.class, SlowBodies::new));
            for (String name : beans.getBeanNamesForType(FilterFactory.class, true, false)) {
                registry.registerBeanDefinition(name + ".ofHeadgate",
                        new RootBeanDefinition(OwnFilterFactory.class,
                                () -> adapted(beans.getBean(name, FilterFactory.class))));
            }
            for (String name : beans.getBeanNamesForType(PredicateFactory.class, true, false)) {
                registry.registerBeanDefinition(name + ".ofHeadgate",
                        new RootBeanDefinition(OwnPredicateFactory.class,
                                () -> adapted(beans.getBean(name, PredicateFactory.class))));
            }
        }
    }

    private static OwnFilterFactory<?> adapted(FilterFactory<?> own) {
        return new OwnFilterFactory<>(own);
    }

    private static OwnPredicateFactory<?> adapted(PredicateFactory<?> own) {
        return new OwnPredicateFactory<>(own);
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        // all is done above
    }
}
