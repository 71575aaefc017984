package io.headgate.admin.access;

import io.headgate.config.plan.Plan;
import io.headgate.l7.port.Port;
import io.headgate.pool.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.actuate.endpoint.web.PathMapper;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.security.config.web.server.SecurityWebFiltersOrder;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.server.WebFilterChainProxy;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher.MatchResult;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The filters of the management server, in the order in which they act. They are beans only of its context,
 * which is a child of the application's: the L7 port has none of them. Boot imports this class into the
 * management context by {@code META-INF/spring}; the application's own imports must not name it.
 */
final class ManagementWeb {

    private static final ServerWebExchangeMatcher WRITES = exchange -> Writes.is(exchange)
            ? MatchResult.match()
            : MatchResult.notMatch();

    @Bean
    @Order(-40)
    RefusedWrites refusedWrites() {
        return new RefusedWrites();
    }

    @Bean
    WebServerFactoryCustomizer<NettyReactiveWebServerFactory> guardedManagement(Plan plan, Clock clock,
            Environment environment) {
        Port port = ManagementGuard.port(ManagementGuard.LIMITS, plan.forwarding(), clock.ticker());
        return factory -> {
            if (!Binder.get(environment).bind("management.server.ssl", Ssl.class).isBound()) {
                factory.setSsl(null); // Boot takes server.ssl: that is for clients, not for probes
            }
            factory.addServerCustomizers(port::attach);
        };
    }

    @Bean
    @Order(-30)
    ForeignWrites foreignWrites() {
        return new ForeignWrites();
    }

    @Bean(destroyMethod = "dispose")
    Scheduler loginScheduler() {
        return Schedulers.newBoundedElastic(1, 32, "headgate-login");
    }

    @Bean
    LoginMethods loginMethods(Plan plan, Scheduler loginScheduler) {
        return LoginMethods.of(plan.properties().management(), loginScheduler);
    }

    /** Spring Security, for writes only: reads are open, whatever credentials they bring. */
    @Bean
    @Order(-20)
    WebFilterChainProxy security(LoginMethods loginMethods) {
        ServerHttpSecurity http = ServerHttpSecurity.http().securityMatcher(WRITES)
                .csrf(ServerHttpSecurity.CsrfSpec::disable) // ForeignWrites; there is no session to ride on
                .logout(ServerHttpSecurity.LogoutSpec::disable)
                .requestCache(ServerHttpSecurity.RequestCacheSpec::disable)
                .exceptionHandling(handling -> handling.authenticationEntryPoint(loginMethods.refusal()))
                .authorizeExchange(exchanges -> exchanges.anyExchange().authenticated());
        loginMethods.all().forEach(method -> http.addFilterAt(method.filter(loginMethods.refusal()),
                SecurityWebFiltersOrder.AUTHENTICATION));
        return new WebFilterChainProxy(http.build());
    }

    @Bean
    @Order(-10)
    CommandBodies commandBodies(WebEndpointProperties endpoints, ObjectProvider<PathMapper> mappers) {
        return new CommandBodies(paths(endpoints, mappers));
    }

    @Bean
    @Order(-5)
    MaskedReads maskedReads(WebEndpointProperties endpoints, ObjectProvider<PathMapper> mappers) {
        return new MaskedReads(paths(endpoints, mappers));
    }

    @Bean
    Endpoints endpoints(WebEndpointProperties endpoints, ObjectProvider<PathMapper> mappers,
            LoginMethods loginMethods, @Value("${management.server.base-path:}") String root) {
        return new Endpoints(root, paths(endpoints, mappers)::path,
                loginMethods.all().stream().map(LoginMethod::kind).toList());
    }

    private static EndpointPaths paths(WebEndpointProperties endpoints, ObjectProvider<PathMapper> mappers) {
        return new EndpointPaths(endpoints.getBasePath(), mappers.orderedStream().toList());
    }
}
