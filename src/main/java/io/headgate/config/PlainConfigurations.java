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
 * every start. Such a subclass is needed only if one bean method calls another, and none of Resilience4j's
 * does. Its classes do not declare that, so this does, once the classes are known and before Spring makes the
 * subclasses.
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
