package io.headgate.l7.gateway.admit;

import io.headgate.l7.admit.BearerToken;
import io.headgate.l7.admit.JwtTerms;
import io.headgate.l7.admit.Rule;
import io.headgate.pool.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code Jwt=https://issuer.example.org}: a token of this issuer. */
public final class JwtGatewayFilterFactory
        extends
            AdmissionGatewayFilterFactory<JwtGatewayFilterFactory.Config> {

    private final Clock clock;

    public JwtGatewayFilterFactory(Clock clock) {
        super(Config.class);
        this.clock = clock;
    }

    /** What a token has to say. */
    public static final class Config extends AdmissionConfig {

        private @Nullable String issuer;
        private @Nullable String jwkSetUri;
        private @Nullable String audience;
        private Duration leeway = Duration.ofSeconds(60);
        private List<String> scopes = List.of();
        private List<String> claims = List.of();
        private List<String> headers = List.of();
        private String userClaim = "sub";
        private String realm = "headgate";
        private boolean forward = true;

        public @Nullable String getIssuer() {
            return issuer;
        }

        public void setIssuer(String issuer) {
            this.issuer = issuer;
        }

        public @Nullable String getJwkSetUri() {
            return jwkSetUri;
        }

        public void setJwkSetUri(String jwkSetUri) {
            this.jwkSetUri = jwkSetUri;
        }

        public @Nullable String getAudience() {
            return audience;
        }

        public void setAudience(String audience) {
            this.audience = audience;
        }

        public Duration getLeeway() {
            return leeway;
        }

        public void setLeeway(Duration leeway) {
            this.leeway = leeway;
        }

        public List<String> getScopes() {
            return scopes;
        }

        public void setScopes(List<String> scopes) {
            this.scopes = List.copyOf(scopes);
        }

        public List<String> getClaims() {
            return claims;
        }

        /** Each NAME=VALUE. */
        public void setClaims(List<String> claims) {
            this.claims = List.copyOf(claims);
        }

        public List<String> getHeaders() {
            return headers;
        }

        /** Each HEADER=CLAIM. */
        public void setHeaders(List<String> headers) {
            this.headers = List.copyOf(headers);
        }

        public String getUserClaim() {
            return userClaim;
        }

        public void setUserClaim(String userClaim) {
            this.userClaim = userClaim;
        }

        public String getRealm() {
            return realm;
        }

        public void setRealm(String realm) {
            this.realm = realm;
        }

        public boolean isForward() {
            return forward;
        }

        /** Whether members get the token. */
        public void setForward(boolean forward) {
            this.forward = forward;
        }

        @Override
        List<Object> key() {
            return List.of(String.valueOf(issuer), String.valueOf(jwkSetUri), String.valueOf(audience),
                    leeway,
                    scopes, claims, headers, userClaim, realm, forward);
        }
    }

    @Override
    public List<String> shortcutFieldOrder() {
        return List.of("issuer", "audience");
    }

    @Override
    Rule make(Config config) {
        if (config.leeway.isNegative() || config.leeway.compareTo(Duration.ofMinutes(10)) > 0) {
            throw new IllegalArgumentException("leeway: " + config.leeway + " (expected: 0s to 10m)");
        }
        if (!config.realm.matches("[\\x20-\\x7e&&[^\"\\\\]]*")) {
            throw new IllegalArgumentException("realm: " + config.realm + " (expected: text without quotes)");
        }
        return new BearerToken(
                new JwtTerms(config.issuer, config.audience, config.leeway, config.scopes,
                        pairs("claims", config.claims, ".+"),
                        config.userClaim, pairs("headers", config.headers, "[A-Za-z0-9-]+")),
                config.jwkSetUri, config.realm, config.forward, clock);
    }

    private static Map<String, String> pairs(String property, List<String> texts, String names) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String text : texts) {
            int equals = text.indexOf('=');
            if (equals < 1 || !text.substring(0, equals).strip().matches(names)) {
                throw new IllegalArgumentException(property + ": " + text + " (expected: NAME=VALUE)");
            }
            pairs.put(text.substring(0, equals).strip(), text.substring(equals + 1).strip());
        }
        return pairs;
    }
}
