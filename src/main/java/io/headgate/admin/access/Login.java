package io.headgate.admin.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Compares name and password. The hash is computed for every name, so that the time reveals nothing about it,
 * and on a scheduler of its own, so that guessing does not slow down traffic. Credentials that were right
 * before are recognised without it, and do not queue behind those of a guesser.
 */
final class Login implements ReactiveAuthenticationManager {

    /** bcrypt reads no more than this, and no password needs more. */
    private static final int MAX_LENGTH = 72;

    private final Credentials credentials;
    private final Scheduler scheduler;
    private final BCryptPasswordEncoder encoder = new BCryptPasswordEncoder();

    /** A digest of the name and password that were right, salted so that it is useless elsewhere. */
    private volatile byte[] right = new byte[0];
    private final byte[] salt = new byte[16];

    Login(Credentials credentials, Scheduler scheduler) {
        this.credentials = credentials;
        this.scheduler = scheduler;
        new SecureRandom().nextBytes(salt);
    }

    @Override
    public Mono<Authentication> authenticate(Authentication claimed) {
        byte[] digest = digest(claimed);
        if (MessageDigest.isEqual(digest, right)) {
            return Mono.just(login(claimed));
        }
        return Mono.fromCallable(() -> {
            Authentication login = check(claimed);
            right = digest;
            return login;
        }).subscribeOn(scheduler).onErrorMap(RejectedExecutionException.class,
                e -> new AuthenticationServiceException("too many attempts at once", e));
    }

    private byte[] digest(Authentication claimed) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(salt);
            return sha256.digest((claimed.getName() + ":" + claimed.getCredentials()).getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private Authentication check(Authentication claimed) {
        String password = String.valueOf(claimed.getCredentials());
        boolean matches = password.length() <= MAX_LENGTH && encoder.matches(password, credentials.hash());
        if (!matches || !credentials.user().equals(claimed.getName())) {
            throw new BadCredentialsException("wrong name or password");
        }
        return login(claimed);
    }

    private Authentication login(Authentication claimed) {
        UsernamePasswordAuthenticationToken login = UsernamePasswordAuthenticationToken
                .authenticated(credentials.user(), null, List.of());
        login.setDetails(claimed.getDetails());
        return login;
    }
}
