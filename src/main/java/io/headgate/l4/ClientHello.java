package io.headgate.l4;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads the first message of a TLS client (RFC 8446, section 4.1.2) from the first bytes of a connection,
 * without taking them. It may be spread over several records.
 */
final class ClientHello {

    /** What the bytes are. */
    sealed interface Finding permits Hello, Incomplete, NotTls {}

    /**
     * A whole ClientHello.
     *
     * @param serverName the host name that the client asks for, in lower case; null if it does not send one
     * @param protocols what it offers by ALPN
     */
    record Hello(@Nullable String serverName, List<String> protocols) implements Finding {}

    /** The beginning of one; another look is useless before there are {@code needed} bytes. */
    record Incomplete(int needed) implements Finding {}

    /** Not from a TLS client. */
    record NotTls() implements Finding {}

    /** Bytes; longer messages are not read. */
    static final int MAX_LENGTH = 32 * 1024;

    private static final int MAX_RECORDS = 64;
    private static final int RECORD_HEADER = 5;
    private static final int MESSAGE_HEADER = 4;
    private static final int HANDSHAKE = 22;
    private static final int CLIENT_HELLO = 1;
    private static final int SERVER_NAME = 0;
    private static final int ALPN = 16;

    private ClientHello() {
    }

    static Finding read(ByteBuf bytes) {
        ByteBuf message = bytes.alloc().buffer();
        try {
            int at = bytes.readerIndex();
            for (int records = 0; records < MAX_RECORDS; records++) {
                int length = recordLength(bytes, at);
                if (length == 0 || (message.readableBytes() >= MESSAGE_HEADER && !isHello(message))) {
                    return new NotTls();
                }
                int end = at + RECORD_HEADER + length;
                if (length < 0 || end > bytes.writerIndex()) {
                    return new Incomplete((length < 0 ? at + RECORD_HEADER : end) - bytes.readerIndex());
                }
                message.writeBytes(bytes, at + RECORD_HEADER, length);
                if (message.readableBytes() >= MESSAGE_HEADER && isHello(message)
                        && message.readableBytes() >= MESSAGE_HEADER + message.getUnsignedMedium(1)) {
                    return parse(
                            new Cursor(message, MESSAGE_HEADER,
                                    MESSAGE_HEADER + message.getUnsignedMedium(1)));
                }
                at = end;
            }
            return new NotTls();
        } catch (IndexOutOfBoundsException e) { // a length that points outside of what contains it
            return new NotTls();
        } finally {
            message.release();
        }
    }

    /** -1 if the header is not there yet, 0 if it is not that of a handshake. */
    private static int recordLength(ByteBuf bytes, int at) {
        int there = bytes.writerIndex() - at;
        if ((there >= 1 && bytes.getUnsignedByte(at) != HANDSHAKE)
                || (there >= 2 && bytes.getUnsignedByte(at + 1) != 3)) {
            return 0;
        }
        if (there < RECORD_HEADER) {
            return -1;
        }
        int length = bytes.getUnsignedShort(at + 3);
        return length > 16 * 1024 ? 0 : length;
    }

    private static boolean isHello(ByteBuf message) {
        return message.getUnsignedByte(0) == CLIENT_HELLO && message.getUnsignedMedium(1) <= MAX_LENGTH;
    }

    private static Finding parse(Cursor hello) {
        hello.skip(2 + 32); // version and random
        hello.skip(hello.u8()); // session id
        hello.skip(hello.u16()); // cipher suites
        hello.skip(hello.u8()); // compression methods
        String name = null;
        List<String> protocols = List.of();
        Cursor extensions = hello.isAtEnd() ? hello : hello.sub(hello.u16());
        while (!extensions.isAtEnd()) {
            int type = extensions.u16();
            Cursor body = extensions.sub(extensions.u16());
            if (type == SERVER_NAME) {
                Cursor list = body.sub(body.u16());
                if (list.u8() == 0) {
                    name = list.text(list.u16());
                }
            } else if (type == ALPN) {
                Cursor list = body.sub(body.u16());
                protocols = new ArrayList<>();
                while (!list.isAtEnd()) {
                    protocols.add(list.text(list.u8()));
                }
            }
        }
        return new Hello(name == null ? null : normal(name), List.copyOf(protocols));
    }

    private static String normal(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /** Reads forwards within its bounds. */
    private static final class Cursor {

        private final ByteBuf bytes;
        private final int end;
        private int at;

        Cursor(ByteBuf bytes, int start, int end) {
            this.bytes = bytes;
            this.at = start;
            this.end = end;
        }

        boolean isAtEnd() {
            return at == end;
        }

        int u8() {
            return bytes.getUnsignedByte(advance(1));
        }

        int u16() {
            return bytes.getUnsignedShort(advance(2));
        }

        void skip(int length) {
            advance(length);
        }

        Cursor sub(int length) {
            int start = advance(length);
            return new Cursor(bytes, start, start + length);
        }

        /** Visible ASCII; a name cannot contain anything else. */
        String text(int length) {
            int start = advance(length);
            StringBuilder text = new StringBuilder(length);
            for (int i = start; i < start + length; i++) {
                int c = bytes.getUnsignedByte(i);
                if (c <= ' ' || c > '~') {
                    throw new IndexOutOfBoundsException(i);
                }
                text.append((char) c);
            }
            return text.toString();
        }

        private int advance(int length) {
            if (length > end - at) {
                throw new IndexOutOfBoundsException(at + length);
            }
            at += length;
            return at - length;
        }
    }
}
