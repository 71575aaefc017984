package io.headgate.config.properties;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Bearer tokens (OAuth2, JWT) that may write. One of issuer, jwk-set-uri and public-key is required. A token
 * must be signed by an asymmetric algorithm and must have an expiry time.
 *
 * @param issuer the issuer of the tokens (claim iss), an https URL; without jwk-set-uri and public-key, its
 *            metadata below /.well-known/openid-configuration name the place of its keys
 * @param jwkSetUri the URI of the keys that sign tokens; https, or http on loopback
 * @param publicKey a file with the one key that signs tokens (PEM, RSA or EC)
 * @param audience the audience that a token must name (claim aud); by default any
 * @param authority the authority that a token must have to write
 * @param claim the claim with the authorities: words, or a list; a dot leads into an object, as in
 *            realm_access.roles
 * @param userClaim the claim whose value names the user in the audit log
 */
@ConfigurationProperties("headgate.management.jwt")
public record JwtProperties(@Nullable String issuer, @Nullable String jwkSetUri, @Nullable String publicKey,
        @Nullable String audience, @DefaultValue("headgate:write") String authority,
        @DefaultValue("scope") String claim, @DefaultValue("sub") String userClaim) {}
