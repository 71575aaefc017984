package io.headgate.config.tls;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.util.Collections;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;

/**
 * Whether a bundle's private keys match their certificates. Nothing else checks this, except Boot if
 * {@code verify-keys} is set. Without it, the configuration would pass as valid, and every handshake would
 * fail.
 */
final class KeyFit {

    private static final byte[] ANYTHING = {1, 2, 3};

    private KeyFit() {
    }

    /** Throws an {@link IllegalStateException} when one does not. */
    static void check(SslBundle bundle) {
        KeyStore keys = bundle.getStores().getKeyStore();
        if (keys == null) {
            return;
        }
        String password = bundle.getKey().getPassword() != null
                ? bundle.getKey().getPassword()
                : bundle.getStores().getKeyStorePassword();
        try {
            for (String alias : Collections.list(keys.aliases())) {
                Certificate certificate = keys.getCertificate(alias);
                if (certificate != null && keys.isKeyEntry(alias) && keys.getKey(alias,
                        password == null ? null : password.toCharArray()) instanceof PrivateKey key
                        && !fits(key, certificate)) {
                    throw new IllegalStateException("the private key does not match the certificate");
                }
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private static boolean fits(PrivateKey key, Certificate certificate) throws GeneralSecurityException {
        String algorithm = algorithm(key);
        if (!key.getAlgorithm().equals(certificate.getPublicKey().getAlgorithm())) {
            return false;
        }
        if (algorithm == null) {
            return true; // of a kind that cannot be tried
        }
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(ANYTHING);
        byte[] signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        signature.update(ANYTHING);
        return verifies(signature, signed);
    }

    /** Some providers throw for a signature of another curve or another length. */
    private static boolean verifies(Signature signature, byte[] signed) {
        try {
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static @Nullable String algorithm(PrivateKey key) {
        return switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            case "EdDSA" -> "EdDSA";
            default -> null;
        };
    }
}
