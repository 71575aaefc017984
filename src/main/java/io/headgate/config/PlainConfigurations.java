package io.headgate.config;

import java.util.Objects;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.context.annotation.ConfigurationClassPostProcessor;
import org.springframework.core.Conventions;

/**
 * Resilience4j's configuration classes as they are, without the subclasses that Spring would generate at
 * every start. Those make a call of one bean method to another give the bean, and no bean method of
 * Resilience4j's calls another. Its own do not say so, hence this; it acts when the classes are known and
 * before Spring makes the subclasses.
 */
final class PlainConfigurations implements BeanDefinitionRegistryPostProcessor {

    private static final String KIND = Conventions.getQualifiedAttributeName(
            ConfigurationClassPostProcessor.class, "configurationClass");

    @Override
    public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
        for (String name : registry.getBeanDefinitionNames()) {
            BeanDefinition bean = registry.getBeanDefinition(name);
            if (Objects.requireNonNullElse(bean.getBeanClassName(), "").startsWith("io.github.resilience4j.")
                    && "full".equals(bean.getAttribute(KIND))) {
                bean.setAttribute(KIND, "lite");
            }
        }
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        // all is done above
    }
}
