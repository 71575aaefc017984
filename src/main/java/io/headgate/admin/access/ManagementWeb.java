package io.headgate.admin.access;

import io.headgate.config.Plan;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.config.web.server.SecurityWebFiltersOrder;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.server.ServerAuthenticationEntryPoint;
import org.springframework.security.web.server.WebFilterChainProxy;
import org.springframework.security.web.server.authentication.AuthenticationWebFilter;
import org.springframework.security.web.server.authentication.ServerAuthenticationEntryPointFailureHandler;
import org.springframework.security.web.server.authentication.ServerHttpBasicAuthenticationConverter;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher.MatchResult;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The filters of the management server, in the order in which they act. They are beans of its context alone,
 * which is a child of the application's: the L7 port has none of them. This class carries no annotation on
 * purpose: the component scan would find it, and make it part of the application's context; Boot imports it
 * into the management context by {@code META-INF/spring}.
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
    @Order(-30)
    ForeignWrites foreignWrites() {
        return new ForeignWrites();
    }

    @Bean(destroyMethod = "dispose")
    Scheduler loginScheduler() {
        return Schedulers.newBoundedElastic(1, 32, "headgate-login");
    }

    @Bean
    Login login(Plan plan, Scheduler loginScheduler) {
        return new Login(Credentials.of(plan.properties().management()), loginScheduler);
    }

    /** Spring Security, for writes only: reads are open, whatever credentials they bring. */
    @Bean
    @Order(-20)
    WebFilterChainProxy security(Login login) {
        AuthenticationWebFilter basic = new AuthenticationWebFilter(login);
        basic.setServerAuthenticationConverter(ManagementWeb::claim);
        basic.setAuthenticationFailureHandler(
                new ServerAuthenticationEntryPointFailureHandler(unauthorized()));
        return new WebFilterChainProxy(ServerHttpSecurity.http().securityMatcher(WRITES)
                .csrf(ServerHttpSecurity.CsrfSpec::disable) // ForeignWrites; there is no session to ride on
                .logout(ServerHttpSecurity.LogoutSpec::disable)
                .requestCache(ServerHttpSecurity.RequestCacheSpec::disable)
                .addFilterAt(basic, SecurityWebFiltersOrder.HTTP_BASIC)
                .exceptionHandling(handling -> handling.authenticationEntryPoint(unauthorized()))
                .authorizeExchange(exchanges -> exchanges.anyExchange().authenticated()).build());
    }

    private static Mono<Authentication> claim(ServerWebExchange exchange) {
        return new ServerHttpBasicAuthenticationConverter().convert(exchange).doOnNext(claimed -> {
            if (claimed instanceof AbstractAuthenticationToken token) {
                token.setDetails(Writes.from(exchange.getRequest()));
            }
        });
    }

    private static ServerAuthenticationEntryPoint unauthorized() {
        return (exchange, error) -> {
            exchange.getResponse().getHeaders().set(HttpHeaders.WWW_AUTHENTICATE,
                    "Basic realm=\"headgate\", charset=\"UTF-8\"");
            boolean none = !exchange.getRequest().getHeaders().containsHeader(HttpHeaders.AUTHORIZATION);
            return Answer.refuse(exchange, HttpStatus.UNAUTHORIZED,
                    "Authorization: " + (none ? "none" : "wrong") + " (expected: HTTP basic with the name and"
                            + " password of headgate.management)");
        };
    }

    @Bean
    @Order(-10)
    CommandBodies commandBodies(WebEndpointProperties endpoints) {
        return new CommandBodies(endpoints.getBasePath());
    }
}
