package io.headgate.l7.admit;

import com.nimbusds.jwt.JWTClaimsSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a token has to say.
 *
 * @param issuer null for any
 * @param audience null for any
 * @param leeway how far clocks may be apart
 * @param scopes all of which it must have
 * @param claims others that it must have, with their values
 * @param userClaim says who it is
 * @param headers headers for members, and the claims whose values they get
 */
public record JwtTerms(@Nullable String issuer, @Nullable String audience, Duration leeway,
        List<String> scopes,
        Map<String, String> claims, String userClaim, Map<String, String> headers) {

    public JwtTerms {
        scopes = List.copyOf(scopes);
        claims = Map.copyOf(claims);
        headers = Map.copyOf(new LinkedHashMap<>(headers));
    }

    /** Why its holder may not come in, as RFC 6750 (3.1) calls it; null if he may. */
    @Nullable
    String fault(JWTClaimsSet token, long nowMillis) {
        Date ends = token.getExpirationTime();
        Date begins = token.getNotBeforeTime();
        if (ends == null || ends.toInstant().toEpochMilli() + leeway.toMillis() <= nowMillis
                || (begins != null && begins.toInstant().toEpochMilli() - leeway.toMillis() > nowMillis)
                || (issuer != null && !issuer.equals(token.getIssuer()))
                || (audience != null && !token.getAudience().contains(audience))
                || text(token.getClaim(userClaim)) == null) {
            return "invalid_token";
        }
        return hasScopes(token) && hasClaims(token) ? null : "insufficient_scope";
    }

    private boolean hasScopes(JWTClaimsSet token) {
        List<String> has = new ArrayList<>();
        for (String claim : List.of("scope", "scp")) {
            switch (token.getClaim(claim)) {
                case String line -> has.addAll(List.of(line.split(" ")));
                case Collection<?> list -> list.forEach(scope -> has.add(String.valueOf(scope)));
                case null, default -> {
                    // none
                }
            }
        }
        return has.containsAll(scopes);
    }

    private boolean hasClaims(JWTClaimsSet token) {
        return claims.entrySet().stream().allMatch(claim -> switch (token.getClaim(claim.getKey())) {
            case Collection<?> list -> list.contains(claim.getValue());
            case null -> false;
            case Object value -> String.valueOf(value).equals(claim.getValue());
        });
    }

    /** What the route tells members and the log of its holder. */
    Verdict admitted(JWTClaimsSet token, List<String> removed) {
        List<String> all = new ArrayList<>();
        headers.forEach((header, claim) -> {
            String value = text(token.getClaim(claim));
            if (value != null) {
                all.add(header);
                all.add(value);
            }
        });
        return new Verdict.Admitted(text(token.getClaim(userClaim)), all, removed);
    }

    /** As a header has it; null for what no header can have. */
    private static @Nullable String text(@Nullable Object claim) {
        String text = switch (claim) {
            case null -> null;
            case String line -> line;
            case Number number -> number.toString();
            case Boolean flag -> flag.toString();
            case Collection<?> list -> list.stream().map(String::valueOf).collect(Collectors.joining(","));
            default -> null;
        };
        return text == null || text.isBlank() || text.length() > 1024
                || text.chars().anyMatch(c -> c < ' ' || c > 126) ? null : text;
    }
}
