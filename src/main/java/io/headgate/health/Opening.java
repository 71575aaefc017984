package io.headgate.health;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;

/** What a check's connection begins with, before TLS and before the check itself sends anything. */
public enum Opening {
    /** Nothing is sent, then or later, so the member's program need not see the connection at all. */
    UNSEEN(""),
    /** Nothing. */
    PLAIN(""),
    /** {@code PROXY UNKNOWN}: version 1 of the PROXY protocol knows no other word for a check. */
    PROXY_V1("50524f585920554e4b4e4f574e0d0a"),
    /** LOCAL: the connection is Headgate's own, on behalf of no client (proxy-protocol.txt, 2.2). */
    PROXY_V2("0d0a0d0a000d0a515549540a20000000");

    private final String hex;

    Opening(String hex) {
        this.hex = hex;
    }

    boolean isEmpty() {
        return hex.isEmpty();
    }

    ByteBuf bytes() {
        return Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex));
    }
}
