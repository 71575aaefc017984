package io.headgate.l4;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * PostgreSQL's question whether TLS may begin, and the answers (its documentation: "Message Formats",
 * SSLRequest and GSSENCRequest; "SSL Session Encryption").
 */
final class SslRequest {

    /** What a client begins with. */
    enum Finding {
        /** The beginning of a question. */
        INCOMPLETE,
        /** May TLS begin? */
        TLS,
        /** May GSSAPI encryption begin? A client that is told no asks for TLS next. */
        GSS,
        /** No question, but apparently TLS itself. */
        NONE,
        /** Something else, such as a session without encryption, which has no name to choose a pool by. */
        OTHER
    }

    static final int LENGTH = 8;
    static final byte YES = 'S';
    static final byte NO = 'N';

    private static final int TLS_CODE = 80877103;
    private static final int GSS_CODE = 80877104;
    private static final int TLS_RECORD = 22;

    private SslRequest() {
    }

    static Finding read(ByteBuf bytes) {
        int at = bytes.readerIndex();
        if (bytes.isReadable() && bytes.getByte(at) == TLS_RECORD) {
            return Finding.NONE;
        }
        if (bytes.readableBytes() < LENGTH) {
            return bytes.isReadable() && bytes.getByte(at) != 0 ? Finding.OTHER : Finding.INCOMPLETE;
        }
        if (bytes.getInt(at) != LENGTH) {
            return Finding.OTHER;
        }
        return switch (bytes.getInt(at + 4)) {
            case TLS_CODE -> Finding.TLS;
            case GSS_CODE -> Finding.GSS;
            default -> Finding.OTHER;
        };
    }

    /** The question for TLS. */
    static ByteBuf question() {
        return Unpooled.buffer(LENGTH).writeInt(LENGTH).writeInt(TLS_CODE);
    }
}
