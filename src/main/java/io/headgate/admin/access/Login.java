package io.headgate.admin.access;

import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Compares name and password. The hash is computed whatever the name, so that time tells nothing of it, and
 * on a scheduler of its own: guessing costs the guesser, and not the traffic.
 */
final class Login implements ReactiveAuthenticationManager {

    /** No more than this is what a password needs, and bcrypt reads. */
    private static final int MAX_LENGTH = 72;

    private final Credentials credentials;
    private final Scheduler scheduler;
    private final BCryptPasswordEncoder encoder = new BCryptPasswordEncoder();

    Login(Credentials credentials, Scheduler scheduler) {
        this.credentials = credentials;
        this.scheduler = scheduler;
    }

    @Override
    public Mono<Authentication> authenticate(Authentication claimed) {
        return Mono.fromCallable(() -> check(claimed)).subscribeOn(scheduler)
                .onErrorMap(RejectedExecutionException.class,
                        e -> new BadCredentialsException("too many attempts at once", e));
    }

    private Authentication check(Authentication claimed) {
        String password = String.valueOf(claimed.getCredentials());
        boolean matches = password.length() <= MAX_LENGTH && encoder.matches(password, credentials.hash());
        if (!matches || !credentials.user().equals(claimed.getName())) {
            throw new BadCredentialsException("wrong name or password");
        }
        UsernamePasswordAuthenticationToken login = UsernamePasswordAuthenticationToken
                .authenticated(credentials.user(), null, List.of());
        login.setDetails(claimed.getDetails());
        return login;
    }
}
