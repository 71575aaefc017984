package io.headgate.config;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationBeanNameGenerator;
import org.springframework.context.annotation.AnnotationConfigUtils;
import org.springframework.context.annotation.ConfigurationBeanNameGenerator;
import org.springframework.context.annotation.FullyQualifiedAnnotationBeanNameGenerator;
import org.springframework.context.annotation.ScannedGenericBeanDefinition;
import org.springframework.core.type.MethodMetadata;

/**
 * Gives Headgate's beans names that begin with {@code headgate.}: an application that has a bean called
 * {@code clock} or {@code routes} of its own would not start otherwise.
 */
final class BeanNames implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    private static final String GENERATOR = AnnotationConfigUtils.CONFIGURATION_BEAN_NAME_GENERATOR;

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        if (!context.getBeanFactory().containsSingleton(GENERATOR)) { // the application's own
            context.getBeanFactory().registerSingleton(GENERATOR, new Generator());
        }
    }

    /** All other names are Spring's usual ones. */
    private static final class Generator implements ConfigurationBeanNameGenerator {

        @Override
        public String generateBeanName(BeanDefinition definition, BeanDefinitionRegistry registry) {
            return (definition instanceof ScannedGenericBeanDefinition
                    ? AnnotationBeanNameGenerator.INSTANCE
                    : FullyQualifiedAnnotationBeanNameGenerator.INSTANCE)
                    .generateBeanName(definition, registry);
        }

        @Override
        public String deriveBeanName(MethodMetadata method, @Nullable String explicit) {
            String name = method.getMethodName();
            String in = method.getDeclaringClassName();
            boolean ours = in.startsWith("io.headgate.config.") || in.startsWith("io.headgate.admin.");
            boolean shown = name.endsWith("HealthIndicator"); // it names a component of the health endpoint
            return explicit != null ? explicit : ours && !shown ? "headgate." + name : name;
        }
    }
}
