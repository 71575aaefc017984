package io.headgate.it;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** A large body that no one repeats by chance, written and read by parts. Both ways tell its SHA-256. */
final class Body {

    private static final int PART = 64 * 1024;

    private Body() {
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static String write(OutputStream out, long size, boolean chunked, AtomicLong written) throws IOException {
        MessageDigest digest = sha256();
        Random random = new Random(size);
        byte[] part = new byte[PART];
        for (long left = size; left > 0;) {
            random.nextBytes(part);
            int count = (int) Math.min(part.length, left);
            digest.update(part, 0, count);
            if (chunked) {
                out.write(ascii(Integer.toHexString(count) + "\r\n"));
            }
            out.write(part, 0, count);
            if (chunked) {
                out.write(ascii("\r\n"));
            }
            left -= count;
            written.addAndGet(count);
        }
        if (chunked) {
            out.write(ascii("0\r\n\r\n"));
        }
        out.flush();
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Reads to the end of the body, which is to be this large. */
    static String read(InputStream from, long size, boolean chunked) throws IOException {
        MessageDigest digest = sha256();
        if (!chunked) {
            read(from, size, digest);
            return HexFormat.of().formatHex(digest.digest());
        }
        InputStream in = new BufferedInputStream(from, PART);
        long total = 0;
        for (long count = Long.parseLong(line(in), 16); count > 0; count = Long.parseLong(line(in), 16)) {
            read(in, count, digest);
            total += count;
            line(in);
        }
        line(in);
        return total == size ? HexFormat.of().formatHex(digest.digest()) : "only " + total + " bytes";
    }

    private static void read(InputStream in, long size, MessageDigest digest) throws IOException {
        byte[] part = new byte[PART];
        for (long left = size; left > 0;) {
            int n = in.read(part, 0, (int) Math.min(part.length, left));
            if (n < 0) {
                throw new EOFException(left + " bytes before the end");
            }
            digest.update(part, 0, n);
            left -= n;
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("in the middle of a line");
            }
            line.append((char) b);
        }
        return line.toString().strip();
    }
}
