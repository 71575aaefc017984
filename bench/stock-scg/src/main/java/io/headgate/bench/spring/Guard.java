package io.headgate.bench.spring;

import java.nio.charset.StandardCharsets;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import org.springframework.security.web.server.SecurityWebFilterChain;

/** The resource server of l7-spring: in stock Spring Cloud Gateway and in Headgate, this same class. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("bench.spring")
@EnableWebFluxSecurity
public class Guard {

    private static final byte[] KEY = "the benchmark's key, which everybody may know"
            .getBytes(StandardCharsets.UTF_8);

    @Bean
    SecurityWebFilterChain everything(ServerHttpSecurity http) {
        return http.authorizeExchange(exchanges -> exchanges.anyExchange().authenticated())
                .csrf(ServerHttpSecurity.CsrfSpec::disable)
                .oauth2ResourceServer(server -> server.jwt(jwt -> jwt.jwtDecoder(NimbusReactiveJwtDecoder
                        .withSecretKey(new SecretKeySpec(KEY, "HmacSHA256")).build())))
                .build();
    }
}
