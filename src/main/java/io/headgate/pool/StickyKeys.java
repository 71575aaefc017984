package io.headgate.pool;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys of sticky sessions: the first signs, all are accepted, so that a key can be replaced without any
 * client losing its member. Two gateways with the same key give the same tokens.
 *
 * @param keys at least one
 */
public record StickyKeys(List<SecretKeySpec> keys) {

    /** A key must have this many bytes. */
    public static final int LEAST_BYTES = 32;

    private static final String ALGORITHM = "HmacSHA256";
    private static final int TOKEN_BYTES = 16;

    public StickyKeys {
        keys = List.copyOf(keys);
    }

    /** Of keys as bytes. */
    public static StickyKeys of(List<byte[]> keys) {
        return new StickyKeys(keys.stream().map(key -> new SecretKeySpec(key, ALGORITHM)).toList());
    }

    /** A key that nobody else has: good until this process ends. */
    public static StickyKeys random() {
        byte[] key = new byte[LEAST_BYTES];
        new SecureRandom().nextBytes(key);
        return of(List.of(key));
    }

    /**
     * The value for a member in a cookie, one token for each key: HMAC-SHA256 of the names of the pool and
     * the member, cut to 128 bits (RFC 2104, section 5). Nobody without the key can make one, or tell a
     * member's name or address from it.
     */
    List<String> tokens(String pool, String member) {
        byte[] text = ("headgate sticky\n" + pool + "\n" + member).getBytes(StandardCharsets.UTF_8);
        return keys.stream().map(key -> token(key, text)).toList();
    }

    private static String token(SecretKeySpec key, byte[] text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return Base64.getUrlEncoder().withoutPadding()
                    .encodeToString(Arrays.copyOf(mac.doFinal(text), TOKEN_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    /** Without the keys: they have no place in a log. */
    @Override
    public String toString() {
        return "StickyKeys[" + keys.size() + "]";
    }
}
