package io.headgate.l7.port;

import io.headgate.l7.Forwarding;
import io.headgate.pool.RandomSource;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Gives each request an identifier before anything reads it. That of a trusted peer is kept if it can be in a
 * log and in a header as it is; that of anybody else would let a client forge what operators search for.
 */
public final class RequestIds {

    private static final int MOST = 128;
    private static final int DIGITS = 24;
    private static final char[] HEX = "0123456789abcdef".toCharArray();
    private static final String ALIAS = "X_Request_Id";

    private RequestIds() {
    }

    static void give(HttpHeaders headers, Channel connection, Forwarding forwarding) {
        if (!forwarding.requestId()) {
            return;
        }
        headers.remove(ALIAS); // to applications behind CGI's conventions it is the same name
        String came = headers.get(Forwarding.REQUEST_ID);
        if (!isUsable(came) || headers.getAll(Forwarding.REQUEST_ID).size() > 1
                || !forwarding.trusts(ClientAddress.of(connection))) {
            headers.set(Forwarding.REQUEST_ID, made(RandomSource.THREAD_LOCAL));
        }
    }

    private static boolean isUsable(@Nullable String id) {
        if (id == null || id.isEmpty() || id.length() > MOST) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9')
                    && "-_.:+/=@".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    /** 96 random bits. */
    public static String made(RandomSource random) {
        char[] id = new char[DIGITS];
        for (int i = 0; i < DIGITS; i += 4) {
            int bits = random.below(1 << 16);
            for (int j = 0; j < 4; j++) {
                id[i + j] = HEX[(bits >> (4 * j)) & 15];
            }
        }
        return new String(id);
    }
}
