package io.headgate.admin.access;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.headgate.config.properties.JwtProperties;
import io.headgate.security.PemPublicKey;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtAudienceValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/** Builds the decoder that checks tokens. */
final class TokenDecoder {

    /**
     * Only asymmetric algorithms: anyone who knows the key of a symmetric one could make tokens. {@code none}
     * is not allowed either.
     */
    private static final Set<JWSAlgorithm> ALGORITHMS = algorithms();

    /** Keys are fetched at most this often, whatever key a token claims to be signed with. */
    private static final long MILLIS_BETWEEN = 10_000;

    private TokenDecoder() {
    }

    static JwtDecoder of(JwtProperties jwt) {
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT,
                new JOSEObjectType("at+jwt"), null));
        processor.setJWSKeySelector(keys(jwt));
        processor.setJWTClaimsSetVerifier((claims, context) -> {
        }); // the decoder's validators do
        NimbusJwtDecoder decoder = new NimbusJwtDecoder(processor);
        decoder.setJwtValidator(validator(jwt));
        return decoder;
    }

    private static Set<JWSAlgorithm> algorithms() {
        Set<JWSAlgorithm> all = new HashSet<>(JWSAlgorithm.Family.RSA);
        all.addAll(JWSAlgorithm.Family.EC);
        return Set.copyOf(all);
    }

    private static JWSKeySelector<SecurityContext> keys(JwtProperties jwt) {
        String file = jwt.publicKey();
        if (file != null) {
            PublicKey key = PemPublicKey.read(Path.of(file));
            return (header, context) -> ALGORITHMS.contains(header.getAlgorithm()) ? List.of(key) : List.of();
        }
        return new JWSVerificationKeySelector<>(ALGORITHMS,
                JWKSourceBuilder.create(new IssuerKeys<>(jwt.issuer(), jwt.jwkSetUri()))
                        .refreshAheadCache(false).rateLimited(MILLIS_BETWEEN).build());
    }

    private static OAuth2TokenValidator<Jwt> validator(JwtProperties jwt) {
        JwtTimestampValidator times = new JwtTimestampValidator();
        times.setAllowEmptyExpiryClaim(false);
        List<OAuth2TokenValidator<Jwt>> all = new ArrayList<>(List.of(times));
        if (jwt.issuer() != null) {
            all.add(new JwtIssuerValidator(jwt.issuer()));
        }
        if (jwt.audience() != null) {
            all.add(new JwtAudienceValidator(jwt.audience()));
        }
        return new DelegatingOAuth2TokenValidator<>(all);
    }
}
