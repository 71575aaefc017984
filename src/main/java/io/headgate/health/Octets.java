package io.headgate.health;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The bytes of a datagram, compared by content.
 *
 * @param hex two digits for each byte, lower-case
 */
public record Octets(String hex) {

    /**
     * Every network path carries a datagram of this size, and the queries of most protocols are far shorter.
     */
    static final int MOST = 1200;

    private static final String HEX = "hex:";

    /**
     * Reads text, taken as UTF-8, or {@code hex:} and digits, with spaces anywhere.
     *
     * @throws IllegalArgumentException on invalid digits, and unless there are 1 to 1200 bytes
     */
    public static Octets parse(String text) {
        byte[] bytes;
        try {
            bytes = text.startsWith(HEX)
                    ? HexFormat.of().parseHex(text.substring(HEX.length()).replace(" ", ""))
                    : text.getBytes(StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(text + " (expected: hex: and an even number of hex digits)",
                    e);
        }
        if (bytes.length == 0 || bytes.length > MOST) {
            throw new IllegalArgumentException(text + " (expected: 1 to " + MOST + " bytes)");
        }
        return new Octets(HexFormat.of().formatHex(bytes));
    }

    ByteBuf buffer() {
        return Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex));
    }

    /** Whether they occur in these bytes, at any place. */
    boolean in(ByteBuf bytes) {
        return ByteBufUtil.indexOf(buffer(), bytes) >= 0;
    }
}
