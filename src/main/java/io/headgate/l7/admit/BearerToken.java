package io.headgate.l7.admit;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.headgate.pool.Clock;
import io.headgate.pool.Reason;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A token that an issuer has signed (RFC 7519, RFC 6750). A token costs its signature once: until it ends, it
 * is known by its {@link Digest}.
 */
public final class BearerToken implements Rule {

    private static final Duration LIMIT = Duration.ofSeconds(8);
    private static final String SCHEME = "Bearer ";
    private static final int LONGEST = 16 * 1024;
    private static final int REMEMBERED = 20_000;
    private static final Verdict UNCHECKED = Verdict.Refused.because(Reason.CREDENTIALS_UNCHECKED,
            "Retry-After",
            "1");

    private final JwtTerms terms;
    private final KeySource keys;
    private final List<String> removed;
    private final String realm;
    private final Clock clock;
    private final Remembered<Digest, Known> known = new Remembered<>(REMEMBERED);

    /** A token that was good, with the keys of that time. */
    private record Known(Verdict verdict, long endsMillis, long freshMillis) {}

    /**
     * The rule.
     *
     * @param jwkSetUri where the keys are; null if the issuer's metadata says it
     * @param forwards whether the member gets the token
     * @throws IllegalArgumentException that says what is wrong
     */
    public BearerToken(JwtTerms terms, @Nullable String jwkSetUri, String realm, boolean forwards,
            Clock clock) {
        if (terms.issuer() == null && jwkSetUri == null) {
            throw new IllegalArgumentException(
                    "issuer: none (expected: issuer or jwkSetUri, which say where the keys come from)");
        }
        this.terms = terms;
        this.keys = new KeySource(terms.issuer(), jwkSetUri, clock.ticker());
        this.removed = forwards ? List.of() : List.of("Authorization");
        this.realm = "Bearer realm=\"" + realm + "\"";
        this.clock = clock;
    }

    @Override
    public List<String> identityHeaders() {
        return List.copyOf(terms.headers().keySet());
    }

    @Override
    public Verdict check(Knock request) {
        List<String> lines = request.header("Authorization");
        if (lines.size() != 1 || !lines.getFirst().regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Verdict.Refused.because(Reason.UNAUTHENTICATED, "WWW-Authenticate", realm);
        }
        String text = lines.getFirst().substring(SCHEME.length()).strip();
        if (text.length() > LONGEST) {
            return refused("invalid_token");
        }
        Digest digest = Digest.salted(text.getBytes(StandardCharsets.UTF_8));
        Known before = known.get(digest);
        long now = clock.wall().millis();
        if (before != null) {
            if (now >= before.endsMillis) {
                return refused("invalid_token");
            }
            if (now < before.freshMillis) {
                return before.verdict;
            }
        }
        SignedJWT token;
        JWTClaimsSet claims;
        try {
            token = SignedJWT.parse(text);
            claims = token.getJWTClaimsSet();
        } catch (ParseException | RuntimeException e) {
            return refused("invalid_token");
        }
        String fault = Tokens.isUsable(token.getHeader()) ? terms.fault(claims, now) : "invalid_token";
        if ("invalid_token".equals(fault)) { // before any work that it could ask for
            return refused("invalid_token");
        }
        JWKSet current = keys.known();
        Verdict verdict = current == null ? null : verdict(digest, token, claims, fault, current);
        return verdict != null
                ? verdict
                : new Verdict.Pending(keys.fetch().thenApply(fetched -> {
                    Verdict decided = fetched == null
                            ? UNCHECKED
                            : verdict(digest, token, claims, fault, fetched);
                    return decided != null ? decided : refused("invalid_token");
                }), LIMIT, UNCHECKED);
    }

    /** Null if its key is not known. */
    private @Nullable Verdict verdict(Digest digest, SignedJWT token, JWTClaimsSet claims,
            @Nullable String fault, JWKSet current) {
        return switch (Tokens.check(token, current)) {
            case UNKNOWN_KEY -> null;
            case BAD -> refused("invalid_token");
            case GOOD -> {
                Verdict verdict = fault != null ? refused(fault) : terms.admitted(claims, removed);
                known.put(digest, new Known(verdict,
                        claims.getExpirationTime().toInstant().toEpochMilli() + terms.leeway().toMillis(),
                        clock.wall().millis() + KeySource.AGE.toMillis()));
                yield verdict;
            }
        };
    }

    private Verdict refused(String error) {
        boolean forbidden = error.equals("insufficient_scope");
        Reason reason = forbidden ? Reason.FILTER_REFUSED : Reason.UNAUTHENTICATED;
        return Verdict.Refused.because(reason, "WWW-Authenticate", realm + ", error=\"" + error + "\"");
    }
}
