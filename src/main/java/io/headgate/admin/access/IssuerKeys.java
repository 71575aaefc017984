package io.headgate.admin.access;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.RemoteKeySourceException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Fetches the keys that sign tokens. If their place is not configured, the issuer's metadata names it. */
final class IssuerKeys<C extends SecurityContext> implements JWKSetSource<C> {

    private static final int TIMEOUT_MILLIS = 2000;
    private static final int MAX_BYTES = 512 * 1024;
    private static final JsonMapper MAPPER = new JsonMapper();

    private final @Nullable String issuer;
    private final @Nullable String jwkSetUri;
    private final DefaultResourceRetriever http = new DefaultResourceRetriever(TIMEOUT_MILLIS, TIMEOUT_MILLIS,
            MAX_BYTES);

    IssuerKeys(@Nullable String issuer, @Nullable String jwkSetUri) {
        this.issuer = issuer;
        this.jwkSetUri = jwkSetUri;
    }

    @Override
    public JWKSet getJWKSet(JWKSetCacheRefreshEvaluator refresh, long now, @Nullable C context)
            throws KeySourceException {
        try {
            return JWKSet.parse(get(jwkSetUri == null ? fromMetadata() : jwkSetUri));
        } catch (IOException | ParseException | JacksonException | IllegalArgumentException e) {
            throw new RemoteKeySourceException(e.toString(), e);
        }
    }

    private String fromMetadata() throws IOException {
        JsonNode metadata = MAPPER.readTree(
                get(String.valueOf(issuer).replaceAll("/$", "") + "/.well-known/openid-configuration"));
        if (!metadata.path("issuer").asString("").equals(issuer)) {
            throw new IOException(
                    "issuer: " + metadata.path("issuer").asString("") + " (expected: " + issuer + ")");
        }
        return metadata.path("jwks_uri").asString("");
    }

    private String get(String uri) throws IOException {
        return http.retrieveResource(URI.create(uri).toURL()).getContent();
    }

    @Override
    public void close() {
    }
}
