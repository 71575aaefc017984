package io.headgate.admin.access;

import io.headgate.config.properties.JwtProperties;
import io.headgate.config.properties.ManagementProperties;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.server.resource.web.server.authentication.ServerBearerTokenAuthenticationConverter;
import org.springframework.security.web.server.ServerAuthenticationEntryPoint;
import org.springframework.security.web.server.authentication.ServerHttpBasicAuthenticationConverter;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The login methods that are configured. A caller that uses any one of them may write. */
record LoginMethods(List<LoginMethod> all) {

    /**
     * As configured.
     *
     * @param scheduler for checks that take time
     */
    static LoginMethods of(ManagementProperties management, Scheduler scheduler) {
        List<LoginMethod> methods = new ArrayList<>();
        if (!management.certificates().isEmpty()) {
            CertificateLogin login = new CertificateLogin(management.certificates());
            methods.add(new LoginMethod("a client certificate of headgate.management.certificates", null,
                    login::claim,
                    Mono::just));
        }
        JwtProperties jwt = management.jwt();
        if (jwt != null) {
            methods.add(new LoginMethod("a bearer token with " + jwt.authority() + " in " + jwt.claim(),
                    "Bearer realm=\"headgate\"", new ServerBearerTokenAuthenticationConverter(),
                    new TokenLogin(jwt, scheduler)));
        }
        if (management.password() != null || methods.isEmpty()) {
            methods.add(new LoginMethod("HTTP basic with the name and password of headgate.management",
                    "Basic realm=\"headgate\", charset=\"UTF-8\"",
                    new ServerHttpBasicAuthenticationConverter(),
                    new Login(Credentials.of(management), scheduler)));
        }
        return new LoginMethods(List.copyOf(methods));
    }

    /** Answers callers that used none of them, or one that failed. */
    ServerAuthenticationEntryPoint refusal() {
        return this::refuse;
    }

    private Mono<Void> refuse(ServerWebExchange exchange, AuthenticationException error) {
        if (error instanceof AuthenticationServiceException) {
            return Answer.refuse(exchange, HttpStatus.SERVICE_UNAVAILABLE,
                    "Authorization: cannot be checked, " + error.getMessage() + " (expected: " + expected()
                            + ")");
        }
        if (error instanceof NotAllowed notAllowed) {
            Writes.by(exchange, notAllowed.who());
            exchange.getResponse().getHeaders().set(HttpHeaders.WWW_AUTHENTICATE,
                    "Bearer realm=\"headgate\", error=\"insufficient_scope\"");
            return Answer.refuse(exchange, HttpStatus.FORBIDDEN,
                    "Authorization: " + error.getMessage() + " (expected: " + expected() + ")");
        }
        List<String> challenges = all.stream().map(LoginMethod::challenge).flatMap(Stream::ofNullable)
                .toList();
        exchange.getResponse().getHeaders().addAll(HttpHeaders.WWW_AUTHENTICATE, challenges);
        boolean none = !exchange.getRequest().getHeaders().containsHeader(HttpHeaders.AUTHORIZATION);
        String what = none ? "none" : error instanceof BadToken ? error.getMessage() : "wrong";
        return Answer.refuse(exchange, HttpStatus.UNAUTHORIZED,
                "Authorization: " + what + " (expected: " + expected() + ")");
    }

    private String expected() {
        return all.stream().map(LoginMethod::expected).collect(Collectors.joining(", or "));
    }
}
