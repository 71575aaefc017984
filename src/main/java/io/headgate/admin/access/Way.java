package io.headgate.admin.access;

import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.web.server.ServerAuthenticationEntryPoint;
import org.springframework.security.web.server.authentication.AuthenticationWebFilter;
import org.springframework.security.web.server.authentication.ServerAuthenticationConverter;
import org.springframework.security.web.server.authentication.ServerAuthenticationEntryPointFailureHandler;

/**
 * A way to authenticate.
 *
 * @param expected in words
 * @param challenge for {@code WWW-Authenticate}, null if it has none
 * @param claims finds what a request claims; empty if the request does not use this way
 * @param judge decides whether the claim is true
 */
record Way(String expected, @Nullable String challenge, ServerAuthenticationConverter claims,
        ReactiveAuthenticationManager judge) {

    /** Requests that do not use this way go on. */
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
