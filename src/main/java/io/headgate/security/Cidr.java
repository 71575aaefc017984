package io.headgate.security;

import io.netty.util.NetUtil;
import java.util.Arrays;

/**
 * A network, such as {@code 10.0.0.0/8} or {@code 2001:db8::/32}; a bare address is the network of that one
 * address.
 *
 * @param network 4 or 16 bytes; bits beyond the prefix are zero
 * @param prefix how many leading bits count
 */
@SuppressWarnings("ArrayRecordComponent") // never shared: read by AddressSet alone
record Cidr(byte[] network, int prefix) {

    /**
     * @throws IllegalArgumentException with a message that says what was expected
     */
    static Cidr parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
        if (bytes == null || address.indexOf('%') >= 0) {
            throw invalid(text);
        }
        int prefix = slash < 0 ? bytes.length * 8 : prefix(text, text.substring(slash + 1), bytes.length * 8);
        byte[] masked = Arrays.copyOf(bytes, bytes.length);
        for (int bit = prefix; bit < bytes.length * 8; bit++) {
            masked[bit >> 3] &= (byte) ~(0x80 >> (bit & 7));
        }
        if (!Arrays.equals(masked, bytes)) {
            throw new IllegalArgumentException(
                    text + " (expected: no bits set beyond the prefix /" + prefix + ")");
        }
        return new Cidr(masked, prefix);
    }

    private static int prefix(String text, String digits, int bits) {
        if (!digits.matches("\\d{1,3}") || Integer.parseInt(digits) > bits) {
            throw invalid(text);
        }
        return Integer.parseInt(digits);
    }

    private static IllegalArgumentException invalid(String text) {
        return new IllegalArgumentException(
                text + " (expected: an IP address or a network such as 10.0.0.0/8)");
    }
}
