package io.headgate.security;

import io.netty.util.NetUtil;
import java.util.Arrays;

/**
 * A network, such as {@code 10.0.0.0/8} or {@code 2001:db8::/32}; a bare address is the network of that one
 * address. IPv4 addresses in IPv6 form (RFC 4291, 2.5.5.2) are the IPv4 networks that they mean:
 * {@code ::ffff:10.0.0.0/104} is {@code 10.0.0.0/8}.
 *
 * @param network 4 or 16 bytes; bits beyond the prefix are zero
 * @param prefix how many leading bits count
 */
@SuppressWarnings("ArrayRecordComponent") // never shared: only AddressSet reads it
record Cidr(byte[] network, int prefix) {

    /** How many bits of {@code ::ffff:a.b.c.d} come before the IPv4 address. */
    private static final int MAPPED_BITS = 96;

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
        return prefix >= MAPPED_BITS && masked.length == 16
                ? new Cidr(unmapped(masked), isMapped(masked) ? prefix - MAPPED_BITS : prefix)
                : new Cidr(masked, prefix);
    }

    /** The IPv4 address that a mapped one means; every other address as it is. */
    static byte[] unmapped(byte[] address) {
        return isMapped(address) ? Arrays.copyOfRange(address, MAPPED_BITS / 8, 16) : address;
    }

    private static boolean isMapped(byte[] address) {
        if (address.length != 16 || address[10] != -1 || address[11] != -1) {
            return false;
        }
        for (int i = 0; i < 10; i++) {
            if (address[i] != 0) {
                return false;
            }
        }
        return true;
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
