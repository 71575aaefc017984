package io.headgate.l7.gateway.own;

import io.headgate.filter.FilterFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;

/** Has each factory of a user's own found where Spring Cloud Gateway looks for its factories. */
public final class OwnFilterFactories implements BeanDefinitionRegistryPostProcessor {

    @Override
    public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
        if (registry instanceof ConfigurableListableBeanFactory beans) {
            for (String name : beans.getBeanNamesForType(FilterFactory.class, true, false)) {
                registry.registerBeanDefinition(name + ".ofHeadgate",
                        new RootBeanDefinition(OwnFilterFactory.class,
                                () -> adapted(beans.getBean(name, FilterFactory.class))));
            }
        }
    }

    private static OwnFilterFactory<?> adapted(FilterFactory<?> own) {
        return new OwnFilterFactory<>(own);
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        // all is done above
    }
}
