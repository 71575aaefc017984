package io.headgate.config.properties;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Bearer tokens (OAuth2, JWT) that may write. One of issuer, jwk-set-uri and public-key has to be there; a
 * token is signed by an asymmetric algorithm and carries a time at which it ends.
 *
 * @param issuer of the tokens (claim iss), an https URL; without jwk-set-uri and public-key, its metadata
 *            below /.well-known/openid-configuration say where its keys are
 * @param jwkSetUri where the keys are that tokens are signed with; https, or http on loopback
 * @param publicKey file with the one key that tokens are signed with (PEM, RSA or EC)
 * @param audience that a token has to name (claim aud); where none is given, any
 * @param authority that a token has to carry to write
 * @param claim where authorities stand: words, or a list; a dot leads into an object, as in
 *            realm_access.roles
 * @param userClaim what the audit log calls the bearer
 */
public record JwtProperties(@Nullable String issuer, @Nullable String jwkSetUri, @Nullable String publicKey,
        @Nullable String audience, @DefaultValue("headgate:write") String authority,
        @DefaultValue("scope") String claim, @DefaultValue("sub") String userClaim) {}
