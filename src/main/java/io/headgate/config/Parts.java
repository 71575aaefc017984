package io.headgate.config;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The configuration classes of this package; named, as a scan would read every class file at each start. */
@Configuration(proxyBeanMethods = false)
@Import({AcmeConfiguration.class, AdmissionConfiguration.class, CacheConfiguration.class,
        CompressionConfiguration.class,
        FastPathConfiguration.class,
        HeadgateConfiguration.class, Layer4Configuration.class,
        Layer7Configuration.class, ObserveConfiguration.class, OverloadConfiguration.class,
        RedisConfiguration.class,
        RedisConfiguration.class, ReloadConfiguration.class,
        TracingConfiguration.class})
public class Parts {}
