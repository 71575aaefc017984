package io.headgate.l7.route;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** Reads base64 that comes in parts, each of which may end with padding. */
final class Base64Reader {

    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    private static final byte[] VALUES = new byte[128];
    private static final int GROUP = 4;

    static {
        Arrays.fill(VALUES, (byte) -1);
        for (int i = 0; i < ALPHABET.length(); i++) {
            VALUES[ALPHABET.charAt(i)] = (byte) i;
        }
    }

    /** Of the group that has begun. */
    private int bits;
    private int digits;
    private int padding;

    /** @param last whether nothing may be missing after it */
    ByteBuf read(ByteBuf text, boolean last) {
        ByteBuf bytes = text.alloc().buffer(text.readableBytes() / GROUP * 3 + 3);
        try {
            while (text.isReadable()) {
                digit(text.readByte(), bytes);
            }
            if (last && digits > 0) {
                throw new IllegalArgumentException("base64 that ends too early");
            }
            return bytes;
        } catch (IllegalArgumentException e) {
            bytes.release();
            throw e;
        }
    }

    private void digit(byte c, ByteBuf bytes) {
        boolean pad = c == '=';
        int value = pad ? 0 : c < 0 ? -1 : VALUES[c];
        if (value < 0 || (pad && digits < 2) || (padding > 0 && !pad)) {
            throw new IllegalArgumentException("no base64");
        }
        padding += pad ? 1 : 0;
        bits = bits << 6 | value;
        digits++;
        if (digits == GROUP) {
            for (int i = 0; i < 3 - padding; i++) {
                bytes.writeByte(bits >> (16 - 8 * i));
            }
            bits = 0;
            digits = 0;
            padding = 0;
        }
    }
}
