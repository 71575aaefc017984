package io.headgate.l7.fast;

import io.headgate.pool.RandomSource;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The key by which a member shows that it has understood a handshake (RFC 6455, 1.3). A client of HTTP/2
 * sends none, because there the connection says as much (RFC 8441, 5).
 */
final class WebSocketKey {

    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int BYTES = 16;

    private WebSocketKey() {
    }

    /** Gives a request one of its own. */
    static void give(HttpHeaders request, RandomSource random) {
        byte[] key = new byte[BYTES];
        for (int i = 0; i < BYTES; i++) {
            key[i] = (byte) random.below(1 << Byte.SIZE);
        }
        request.set(HttpHeaderNames.SEC_WEBSOCKET_KEY, Base64.getEncoder().encodeToString(key));
    }

    /** Whether this is the answer to it. */
    static boolean isAccepted(HttpHeaders request, @Nullable String accept) {
        String key = request.get(HttpHeaderNames.SEC_WEBSOCKET_KEY);
        return key != null && accept != null && accept.equals(accept(key));
    }

    private static String accept(String key) {
        try {
            return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1")
                    .digest((key + GUID).getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
