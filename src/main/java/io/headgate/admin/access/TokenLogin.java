package io.headgate.admin.access;

import io.headgate.config.properties.JwtProperties;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Checks bearer tokens: signature, issuer, audience and time, and whether they may write. */
final class TokenLogin implements ReactiveAuthenticationManager {

    private final JwtDecoder decoder;
    private final JwtProperties jwt;
    private final Scheduler scheduler;

    TokenLogin(JwtProperties jwt, Scheduler scheduler) {
        this.decoder = TokenDecoder.of(jwt);
        this.jwt = jwt;
        this.scheduler = scheduler;
    }

    @Override
    public Mono<Authentication> authenticate(Authentication claimed) {
        return Mono.fromCallable(() -> check((BearerTokenAuthenticationToken) claimed)).subscribeOn(scheduler)
                .onErrorMap(RejectedExecutionException.class,
                        e -> new AuthenticationServiceException("too many attempts at once", e));
    }

    private Authentication check(BearerTokenAuthenticationToken claimed) {
        Jwt token = decode(claimed.getToken());
        if (!(token.getClaims().get(jwt.userClaim()) instanceof String who) || who.isBlank()) {
            throw new BadToken("a token without " + jwt.userClaim());
        }
        if (!words(token.getClaims(), jwt.claim()).contains(jwt.authority())) {
            throw new NotAllowed(who, "a token without " + jwt.authority());
        }
        UsernamePasswordAuthenticationToken login = UsernamePasswordAuthenticationToken.authenticated(who,
                null, List.of());
        login.setDetails(claimed.getDetails());
        return login;
    }

    private Jwt decode(String token) {
        try {
            return decoder.decode(token);
        } catch (BadJwtException e) {
            throw new BadToken(String.valueOf(e.getMessage()));
        } catch (JwtException e) {
            throw new AuthenticationServiceException("the issuer's keys are not available", e);
        }
    }

    /** The values at a path into the claims: the words of a text, or the texts of a list. */
    private static Collection<?> words(Map<String, Object> claims, String path) {
        Object whole = claims.get(path);
        Object value = whole == null ? find(claims, path.split("\\.", -1)) : whole;
        return switch (value) {
            case String text -> Arrays.asList(text.split(" ", -1));
            case Collection<?> list -> list;
            case null, default -> List.of();
        };
    }

    private static @Nullable Object find(Object claims, String... path) {
        Object value = claims;
        for (String key : path) {
            value = value instanceof Map<?, ?> map ? map.get(key) : null;
        }
        return value;
    }
}
