package io.headgate.health;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The head of an answer as nearly every server writes it, read without the objects that a decoder makes.
 * Whatever deviates in the least, or is not all there, is left to the decoder, which is strict in each case
 * in its own way: so the two never disagree.
 *
 * @param code the status
 * @param status the status and its reason phrase
 * @param left how many bytes of the body are still to come
 */
record PlainAnswer(int code, String status, int left) {

    /** Bytes: the longest head, or the longest answer if it comes in chunks. */
    private static final int LONGEST = 4096;
    private static final int LONGEST_LINE = 100;
    private static final String VERSION = "HTTP/1.";
    private static final int CODE = VERSION.length() + 2;
    private static final int REASON = CODE + 4;
    private static final String LENGTH = "content-length";
    private static final String CODING = "transfer-encoding";
    private static final String TOKEN = "!#$%&'*+-.^_`|~";

    /** The length of the body is not known yet. */
    private static final int UNSAID = -1;
    private static final int CHUNKED = -2;
    private static final int NOT_PLAIN = -3;

    /** The status line, for operators. */
    String line() {
        return "HTTP " + status;
    }

    /**
     * The answer that begins with what has come; that is not taken.
     *
     * @param bodiless whether the request was one that is answered by a head only
     * @return null if it is a decoder's to read
     */
    static @Nullable PlainAnswer read(ByteBuf in, boolean bodiless) {
        byte[] bytes = new byte[Math.min(in.readableBytes(), LONGEST)];
        in.getBytes(in.readerIndex(), bytes);
        return read(bytes, in.readableBytes(), bodiless);
    }

    /**
     * The same.
     *
     * @param bytes the beginning of what has come
     * @param come how many bytes have come
     */
    static @Nullable PlainAnswer read(byte[] bytes, int come, boolean bodiless) {
        int at = lineEnd(bytes, 0);
        if (at < REASON || at > LONGEST_LINE) {
            return null;
        }
        String line = new String(bytes, 0, at, StandardCharsets.ISO_8859_1);
        int code = code(line);
        if (code == 0) {
            return null;
        }
        int length = UNSAID;
        for (at += 2;;) {
            int end = lineEnd(bytes, at);
            if (end < 0) {
                return null;
            }
            if (end == at) {
                break;
            }
            int said = length(bytes, at, end);
            if (said == NOT_PLAIN || (said != UNSAID && length != UNSAID)) {
                return null;
            }
            length = said == UNSAID ? length : said;
            at = end + 2;
        }
        int body = come - at - 2;
        if (bodiless || code == 204 || code == 304) {
            return body == 0 ? new PlainAnswer(code, line.substring(CODE), 0) : null;
        }
        if (length == CHUNKED) {
            return line.charAt(CODE - 2) == '1' && bytes.length == come && isWhole(bytes, at + 2)
                    ? new PlainAnswer(code, line.substring(CODE), 0)
                    : null;
        }
        return length == UNSAID || body > length
                ? null
                : new PlainAnswer(code, line.substring(CODE), length - body);
    }

    /** Where the line ends that begins here; -1 if that is not here, or not by CR and LF. */
    private static int lineEnd(byte[] bytes, int from) {
        for (int i = from; i + 1 < bytes.length; i++) {
            byte each = bytes[i];
            if (each == '\r') {
                return bytes[i + 1] == '\n' ? i : -1;
            }
            if (each < ' ' || each == 0x7f) { // beyond ASCII it is negative
                return -1;
            }
        }
        return -1;
    }

    /** The status that a line reports; 0 unless it is a final one, in the usual form. */
    private static int code(String line) {
        if (!line.startsWith(VERSION) || (line.charAt(CODE - 2) != '0' && line.charAt(CODE - 2) != '1')
                || line.charAt(CODE - 1) != ' ' || line.charAt(REASON - 1) != ' '
                || line.length() == REASON || line.charAt(REASON) == ' '
                || line.charAt(line.length() - 1) == ' ') {
            return 0;
        }
        int code = 0;
        for (int i = CODE; i < REASON - 1; i++) {
            char digit = line.charAt(i);
            if (digit < '0' || digit > '9') {
                return 0;
            }
            code = code * 10 + digit - '0';
        }
        return code < 200 || code > 599 ? 0 : code;
    }

    /** What a header says about the length of the body. */
    private static int length(byte[] bytes, int from, int to) {
        int colon = from;
        while (colon < to && isToken(bytes[colon])) {
            colon++;
        }
        if (colon == from || colon == to || bytes[colon] != ':') {
            return NOT_PLAIN;
        }
        int name = colon - from;
        if (name == LENGTH.length() && is(LENGTH, bytes, from)) {
            return number(value(bytes, colon, to));
        }
        if (name == CODING.length() && is(CODING, bytes, from)) {
            return value(bytes, colon, to).toLowerCase(Locale.ROOT).equals("chunked") ? CHUNKED : NOT_PLAIN;
        }
        return UNSAID;
    }

    private static String value(byte[] bytes, int colon, int to) {
        return new String(bytes, colon + 1, to - colon - 1, StandardCharsets.ISO_8859_1).strip();
    }

    private static boolean isToken(byte each) {
        return (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z') || (each >= '0' && each <= '9')
                || TOKEN.indexOf(each) >= 0;
    }

    private static boolean is(String name, byte[] bytes, int from) {
        for (int i = 0; i < name.length(); i++) {
            if ((bytes[from + i] | 0x20) != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static int number(String digits) {
        int number = 0;
        if (digits.isEmpty() || digits.length() > 8) {
            return NOT_PLAIN;
        }
        for (int i = 0; i < digits.length(); i++) {
            char digit = digits.charAt(i);
            if (digit < '0' || digit > '9') {
                return NOT_PLAIN;
            }
            number = number * 10 + digit - '0';
        }
        return number;
    }

    /** Whether all chunks are here, and nothing else. */
    private static boolean isWhole(byte[] bytes, int from) {
        for (int at = from;;) {
            int end = lineEnd(bytes, at);
            int size = chunk(bytes, at, end);
            at = end + 2;
            if (size < 0 || size > bytes.length - at - 2 || bytes[at + size] != '\r'
                    || bytes[at + size + 1] != '\n') {
                return false;
            }
            at += size + 2;
            if (size == 0) {
                return at == bytes.length;
            }
        }
    }

    /** The size that a line says, -1 for none. */
    private static int chunk(byte[] bytes, int from, int to) {
        if (to <= from || to - from > 4 || (bytes[from] == '0' && to - from > 1)) {
            return -1;
        }
        int size = 0;
        for (int i = from; i < to; i++) {
            int digit = Character.digit(bytes[i], 16);
            if (digit < 0) {
                return -1;
            }
            size = size * 16 + digit;
        }
        return size;
    }
}
