package io.headgate.config;

import io.headgate.l7.admit.PasswordChecks;
import io.headgate.l7.admit.WatchedFiles;
import io.headgate.l7.fast.FastPath;
import io.headgate.l7.gateway.GrpcRoutePredicateFactory;
import io.headgate.l7.gateway.GrpcWebGatewayFilterFactory;
import io.headgate.l7.gateway.RespondGatewayFilterFactory;
import io.headgate.l7.gateway.admit.ApiKeyGatewayFilterFactory;
import io.headgate.l7.gateway.admit.BasicAuthGatewayFilterFactory;
import io.headgate.l7.gateway.admit.ClientCertificateRoutePredicateFactory;
import io.headgate.l7.gateway.admit.ForwardAuthGatewayFilterFactory;
import io.headgate.l7.gateway.admit.IpAllowGatewayFilterFactory;
import io.headgate.l7.gateway.admit.JwtGatewayFilterFactory;
import io.headgate.l7.gateway.admit.ListenerRoutePredicateFactory;
import io.headgate.l7.gateway.paged.ErrorPagesGatewayFilterFactory;
import io.headgate.pool.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Who may come in: Headgate's own predicates and filters. */
@Configuration(proxyBeanMethods = false)
class AdmissionConfiguration {

    @Bean(destroyMethod = "close")
    PasswordChecks passwordChecks(Clock clock) {
        return new PasswordChecks(clock.ticker());
    }

    @Bean(destroyMethod = "close")
    WatchedFiles watchedFiles() {
        return new WatchedFiles();
    }

    @Bean
    GrpcRoutePredicateFactory grpcRoutePredicateFactory() {
        return new GrpcRoutePredicateFactory();
    }

    @Bean
    ListenerRoutePredicateFactory listenerRoutePredicateFactory() {
        return new ListenerRoutePredicateFactory();
    }

    @Bean
    ClientCertificateRoutePredicateFactory clientCertificateRoutePredicateFactory() {
        return new ClientCertificateRoutePredicateFactory();
    }

    @Bean
    BasicAuthGatewayFilterFactory basicAuthGatewayFilterFactory(PasswordChecks checks, WatchedFiles files) {
        return new BasicAuthGatewayFilterFactory(checks, files);
    }

    @Bean
    ApiKeyGatewayFilterFactory apiKeyGatewayFilterFactory(WatchedFiles files) {
        return new ApiKeyGatewayFilterFactory(files);
    }

    @Bean
    JwtGatewayFilterFactory jwtGatewayFilterFactory(Clock clock) {
        return new JwtGatewayFilterFactory(clock);
    }

    @Bean
    ForwardAuthGatewayFilterFactory forwardAuthGatewayFilterFactory(ObjectProvider<FastPath> fastPath) {
        return new ForwardAuthGatewayFilterFactory(fastPath::getObject);
    }

    @Bean
    GrpcWebGatewayFilterFactory grpcWebGatewayFilterFactory() {
        return new GrpcWebGatewayFilterFactory();
    }

    @Bean
    RespondGatewayFilterFactory respondGatewayFilterFactory(WatchedFiles files) {
        return new RespondGatewayFilterFactory(files);
    }

    @Bean
    ErrorPagesGatewayFilterFactory errorPagesGatewayFilterFactory(WatchedFiles files) {
        return new ErrorPagesGatewayFilterFactory(files);
    }

    @Bean
    IpAllowGatewayFilterFactory ipAllowGatewayFilterFactory(WatchedFiles files) {
        return new IpAllowGatewayFilterFactory(files);
    }
}
