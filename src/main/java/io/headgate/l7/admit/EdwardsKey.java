package io.headgate.l7.admit;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jwt.SignedJWT;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;

/** Checks signatures of Ed25519 (RFC 8037) with the JDK: the library of tokens has another one do it. */
final class EdwardsKey {

    private static final String NAME = "Ed25519";
    private static final int KEY_BYTES = 32;
    /** What comes before the 32 bytes of a key in its X.509 form (RFC 8410, 4). */
    private static final byte[] PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private EdwardsKey() {
    }

    /** Whether a token says that it is signed so. */
    static boolean isFor(JWSAlgorithm algorithm) {
        return JWSAlgorithm.EdDSA.equals(algorithm) || JWSAlgorithm.Ed25519.equals(algorithm);
    }

    static boolean verifies(OctetKeyPair key, SignedJWT token) {
        byte[] bytes = key.getDecodedX();
        if (!Curve.Ed25519.equals(key.getCurve()) || bytes.length != KEY_BYTES
                || !isFor(token.getHeader().getAlgorithm())) {
            return false;
        }
        try {
            ByteArrayOutputStream encoded = new ByteArrayOutputStream();
            encoded.writeBytes(PREFIX);
            encoded.writeBytes(bytes);
            PublicKey given = KeyFactory.getInstance(NAME)
                    .generatePublic(new X509EncodedKeySpec(encoded.toByteArray()));
            Signature check = Signature.getInstance(NAME);
            check.initVerify(given);
            check.update(token.getSigningInput());
            return check.verify(token.getSignature().decode());
        } catch (GeneralSecurityException e) {
            return false; // no key, or no signature
        }
    }
}
