package io.headgate.l7.admit;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;

/** SHA-256 of a secret: what is remembered in the place of the secret itself. */
record Digest(long a, long b, long c, long d) {

    /** So that what is found in a heap dump cannot be looked up in tables. */
    private static final byte[] SALT = new byte[32];

    static {
        new SecureRandom().nextBytes(SALT);
    }

    /** Means something in this process only. */
    static Digest salted(byte[] secret) {
        MessageDigest sha = sha256();
        sha.update(SALT);
        return of(sha.digest(secret));
    }

    static Digest plain(byte[] secret) {
        return of(sha256().digest(secret));
    }

    /**
     * Reads 64 hexadecimal digits.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    static Digest parse(String hex) {
        if (hex.length() != 64) {
            throw new IllegalArgumentException("a hash of " + hex.length()
                    + " characters (expected: the 64 hexadecimal digits of SHA-256)");
        }
        return of(HexFormat.of().parseHex(hex));
    }

    private static Digest of(byte[] hash) {
        ByteBuffer buffer = ByteBuffer.wrap(hash);
        return new Digest(buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getLong());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has it", e);
        }
    }
}
