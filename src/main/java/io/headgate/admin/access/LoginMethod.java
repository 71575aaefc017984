package io.headgate.admin.access;

import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.web.server.ServerAuthenticationEntryPoint;
import org.springframework.security.web.server.authentication.AuthenticationWebFilter;
import org.springframework.security.web.server.authentication.ServerAuthenticationConverter;
import org.springframework.security.web.server.authentication.ServerAuthenticationEntryPointFailureHandler;

/**
 * One method by which a caller of the management port says who it is.
 *
 * @param expected in words
 * @param challenge for {@code WWW-Authenticate}, null if it has none
 * @param claims what a request claims; empty if it does not use this method
 * @param judge decides whether that is true
 */
record LoginMethod(String expected, @Nullable String challenge, ServerAuthenticationConverter claims,
        ReactiveAuthenticationManager judge) {

    /** In one word. */
    String kind() {
        return challenge == null ? "certificate" : challenge.startsWith("Bearer") ? "token" : "password";
    }

    /** Requests that do not use this method pass. */
    AuthenticationWebFilter filter(ServerAuthenticationEntryPoint refuse) {
        AuthenticationWebFilter filter = new AuthenticationWebFilter(judge);
        filter.setServerAuthenticationConverter(exchange -> claims.convert(exchange).doOnNext(claim -> {
            if (claim instanceof AbstractAuthenticationToken token) {
                token.setDetails(Writes.from(exchange.getRequest()));
            }
        }));
        ServerAuthenticationEntryPointFailureHandler failed = new ServerAuthenticationEntryPointFailureHandler(
                refuse);
        failed.setRethrowAuthenticationServiceException(false);
        filter.setAuthenticationFailureHandler(failed);
        filter.setAuthenticationSuccessHandler((web, login) -> {
            Writes.by(web.getExchange(), login.getName());
            return web.getChain().filter(web.getExchange());
        });
        return filter;
    }
}
