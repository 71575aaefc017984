package io.headgate.l7.admit;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jwt.SignedJWT;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Whether a token was signed with one of an issuer's keys. */
final class Tokens {

    /**
     * Only those with two keys. Who can check a symmetric signature can make one, and {@code none} is no
     * signature.
     */
    private static final Set<JWSAlgorithm> ALGORITHMS;
    /** Of a token that names no key. */
    private static final int MOST_KEYS = 8;
    private static final DefaultJWSVerifierFactory VERIFIERS = new DefaultJWSVerifierFactory();

    static {
        Set<JWSAlgorithm> all = new HashSet<>(JWSAlgorithm.Family.RSA);
        all.addAll(JWSAlgorithm.Family.EC);
        all.add(JWSAlgorithm.EdDSA);
        all.add(JWSAlgorithm.Ed25519);
        ALGORITHMS = Set.copyOf(all);
    }

    private Tokens() {
    }

    /** What is to be thought of a signature. */
    enum Signature {
        GOOD,
        BAD,
        /** No key of this id is known. */
        UNKNOWN_KEY
    }

    /** Whether it can be a token at all. */
    static boolean isUsable(JWSHeader header) {
        String type = header.getType() == null ? "jwt" : header.getType().getType();
        return ALGORITHMS.contains(header.getAlgorithm())
                && (type.equalsIgnoreCase("jwt") || type.equalsIgnoreCase("at+jwt"))
                && header.getCriticalParams() == null;
    }

    /** Keys that the token itself brings, or says where to find, are not looked at. */
    static Signature check(SignedJWT token, JWKSet keys) {
        JWSHeader header = token.getHeader();
        List<JWK> found = new JWKSelector(JWKMatcher.forJWSHeader(header)).select(keys).stream()
                .filter(key -> !key.getKeyType().equals(KeyType.OCT)).limit(MOST_KEYS).toList();
        if (found.isEmpty()) {
            return Signature.UNKNOWN_KEY;
        }
        for (JWK key : found) {
            if (key instanceof OctetKeyPair edwards) {
                if (EdwardsKey.verifies(edwards, token)) {
                    return Signature.GOOD;
                }
                continue;
            }
            try {
                JWSVerifier verifier = VERIFIERS.createJWSVerifier(header,
                        ((AsymmetricJWK) key).toPublicKey());
                if (token.verify(verifier)) {
                    return Signature.GOOD;
                }
            } catch (JOSEException | ClassCastException e) {
                // not a key for this algorithm
            }
        }
        return Signature.BAD;
    }
}
