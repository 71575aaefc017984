package io.headgate;

import io.headgate.admin.AdminConfiguration;
import io.headgate.config.Parts;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;

/**
 * Makes a gateway of a Spring Boot application that has Headgate among its libraries. It comes before all
 * other auto-configurations, because some of its beans are in the place of theirs.
 */
@AutoConfiguration
@AutoConfigureOrder(Ordered.HIGHEST_PRECEDENCE)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@Import({AdminConfiguration.class, Parts.class})
public class HeadgateAutoConfiguration {}
