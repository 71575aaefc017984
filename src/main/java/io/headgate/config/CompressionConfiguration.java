package io.headgate.config;

import io.headgate.l7.compress.Compression;
import io.headgate.l7.compress.CompressionRules;
import io.headgate.l7.compress.ContentCoding;
import io.headgate.l7.gateway.compressed.BoundedGzip;
import io.headgate.l7.gateway.compressed.CompressAllFilter;
import io.headgate.l7.gateway.compressed.CompressGatewayFilterFactory;
import java.util.List;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.cloud.gateway.filter.factory.rewrite.GzipMessageBodyResolver;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Compression, by Boot's own properties for all answers and by a filter for a route's. */
@Configuration(proxyBeanMethods = false)
class CompressionConfiguration {

    private static final String PREFIX = "server.compression";

    @Bean
    CompressGatewayFilterFactory compressGatewayFilterFactory() {
        return new CompressGatewayFilterFactory();
    }

    /** Puts ours in the place of Spring Cloud Gateway's, which is there without a condition. */
    @Bean
    static BeanPostProcessor boundedGzip() {
        return new BeanPostProcessor() {

            @Override
            public Object postProcessBeforeInitialization(Object bean, String name) {
                return bean instanceof GzipMessageBodyResolver ? new BoundedGzip() : bean;
            }
        };
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty(PREFIX + ".enabled")
    static class OfAllAnswers {

        @Bean
        Compression serverCompression(Environment environment) {
            var boot = Binder.get(environment)
                    .bindOrCreate(PREFIX, org.springframework.boot.web.server.Compression.class);
            String[] agents = boot.getExcludedUserAgents();
            return new Compression(new CompressionRules(List.of(ContentCoding.values()),
                    List.of(boot.getAllMimeTypes()), boot.getMinResponseSize().toBytes(),
                    CompressionRules.LEVEL, agents == null ? List.of() : List.of(agents)));
        }

        @Bean
        CompressAllFilter compressAllFilter(Compression serverCompression) {
            return new CompressAllFilter(serverCompression);
        }

        /** Reactor Netty's would compress once more what has been compressed here. */
        @Bean
        WebServerFactoryCustomizer<NettyReactiveWebServerFactory> uncompressedServer() {
            return factory -> factory.setCompression(new org.springframework.boot.web.server.Compression());
        }
    }
}
