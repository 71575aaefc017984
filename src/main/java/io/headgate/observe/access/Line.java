package io.headgate.observe.access;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;

/**
 * One line while it is written: bytes that are used again for the next. What others chose (targets, methods,
 * addresses of proxies) is escaped, so that it can neither end a value or a line, nor steer a terminal, nor
 * change the order in which a reader sees the rest.
 */
final class Line {

    /** No line is longer, its end included. What does not fit is cut, and the line still ends properly. */
    static final int LONGEST = 32 * 1024;

    /** What is kept free for the rest of the line once a value has been cut. */
    private static final int REST = 4 * 1024;

    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    private final DateTimeFormatter format;
    private byte[] bytes = new byte[1024];
    private int length;
    private long second = Long.MIN_VALUE;
    private byte[] secondText = {};

    /**
     * Starts empty.
     *
     * @param format of a time, up to the second; in UTC
     */
    Line(DateTimeFormatter format) {
        this.format = format;
    }

    /** The pattern of a time up to the second, with the names of months in English. */
    static DateTimeFormatter seconds(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).withZone(ZoneOffset.UTC);
    }

    void clear() {
        length = 0;
        if (bytes.length > 8 * 1024) { // one long target is not paid for ever
            bytes = new byte[1024];
        }
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** Text of ours, or digits: ASCII without anything to escape. */
    void literal(byte[] text) {
        reserve(text.length);
        System.arraycopy(text, 0, bytes, length, text.length);
        length += text.length;
    }

    void octet(char ascii) {
        reserve(1);
        bytes[length++] = (byte) ascii;
    }

    void number(long value) {
        reserve(20);
        if (value < 0) {
            bytes[length++] = '-';
        }
        long rest = Math.abs(value);
        int digits = 1;
        for (long bound = 10; digits < 19 && rest >= bound; bound *= 10) {
            digits++;
        }
        for (int i = length + digits - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
    }

    /** The date and the time up to the second. */
    void second(long millis) {
        long now = Math.floorDiv(millis, 1000);
        if (now != second) {
            second = now;
            secondText = format.format(Instant.ofEpochSecond(now)).getBytes(StandardCharsets.US_ASCII);
        }
        literal(secondText);
    }

    /** A dot and the three digits behind it. */
    void millis(long millis) {
        reserve(4);
        int rest = (int) Math.floorMod(millis, 1000L);
        bytes[length++] = '.';
        bytes[length++] = (byte) ('0' + rest / 100);
        bytes[length++] = (byte) ('0' + rest / 10 % 10);
        bytes[length++] = (byte) ('0' + rest % 10);
    }

    /** Text of others, escaped as the layout's readers expect it. */
    void text(String value, Escaping escaping) {
        for (int i = 0; i < value.length(); i++) {
            if (length > LONGEST - REST) {
                literal(escaping.cut());
                return;
            }
            char c = value.charAt(i);
            if (c < 0x80) {
                if (escaping.isPlain(c)) {
                    octet(c);
                } else {
                    escaping.escape(c, this);
                }
            } else if (Character.isHighSurrogate(c) && i + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(i + 1))
                    && Escaping.isPrinted(value.codePointAt(i))) {
                utf8(value.codePointAt(i++));
            } else if (!Character.isSurrogate(c) && Escaping.isPrinted(c)) {
                utf8(c);
            } else {
                escaping.escape(c, this);
            }
        }
    }

    /** Four hexadecimal digits, or two where that is all there is to it. */
    void hex(char c, int digits) {
        reserve(4);
        for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
            bytes[length++] = HEX[(c >> shift) & 0xF];
        }
    }

    private void utf8(int codePoint) {
        reserve(4);
        if (codePoint < 0x800) {
            bytes[length++] = (byte) (0xC0 | (codePoint >> 6));
        } else {
            if (codePoint < 0x10000) {
                bytes[length++] = (byte) (0xE0 | (codePoint >> 12));
            } else {
                bytes[length++] = (byte) (0xF0 | (codePoint >> 18));
                bytes[length++] = (byte) (0x80 | (codePoint >> 12 & 0x3F));
            }
            bytes[length++] = (byte) (0x80 | (codePoint >> 6 & 0x3F));
        }
        bytes[length++] = (byte) (0x80 | (codePoint & 0x3F));
    }

    private void reserve(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
