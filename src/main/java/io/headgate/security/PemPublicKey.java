package io.headgate.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the public key of a PEM file. */
public final class PemPublicKey {

    private static final Pattern KEY = Pattern
            .compile("-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----");

    private static final String FORM = "a PEM file with the PUBLIC KEY of an RSA or EC key pair";

    private PemPublicKey() {
    }

    /**
     * Reads it.
     *
     * @throws IllegalArgumentException if there is no such key, with what was expected
     */
    public static PublicKey read(Path file) {
        try {
            Matcher key = KEY.matcher(Files.readString(file));
            if (key.find()) {
                return decode(new X509EncodedKeySpec(Base64.getMimeDecoder().decode(key.group(1))));
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(file + ": " + e + " (expected: " + FORM + ")", e);
        }
        throw new IllegalArgumentException(file + ": no key (expected: " + FORM + ")");
    }

    private static PublicKey decode(X509EncodedKeySpec spec) throws GeneralSecurityException {
        try {
            return KeyFactory.getInstance("RSA").generatePublic(spec);
        } catch (InvalidKeySpecException notRsa) {
            return KeyFactory.getInstance("EC").generatePublic(spec);
        }
    }
}
