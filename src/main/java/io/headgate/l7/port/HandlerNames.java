package io.headgate.l7.port;

import reactor.netty.NettyPipeline;

/**
 * The names of Headgate's own handlers in a client's pipeline. The drawing in {@code package-info} shows
 * where each of them stands.
 */
public final class HandlerNames {

    /** In the listening socket's pipeline. */
    static final String GATE = "headgate.gate";
    static final String PROXY_CODEC = "headgate.proxy-codec";
    static final String PROXY = "headgate.proxy";
    static final String LINGERING = "headgate.lingering";
    static final String TURN = "headgate.handshake-turn";
    static final String HANDSHAKE = "headgate.handshake";
    static final String ALPN = "headgate.alpn";
    static final String BYTES = "headgate.bytes";
    static final String PRIOR_KNOWLEDGE = "headgate.prior-knowledge";
    static final String GUARD = "headgate.guard";
    static final String SESSION = "headgate.session";
    static final String FRAMES = "headgate.frames";
    static final String UPLOADS = "headgate.uploads";

    /** The fast lane's handler, of a connection of HTTP/1.1 and of a stream of HTTP/2. */
    public static final String FAST = "headgate.fast";
    /** Merges flushes of the streams of one HTTP/2 connection. */
    public static final String FLUSHES = "headgate.flushes";

    /**
     * Reactor Netty's, which has no constant for it: keeps what a stream is to carry instead of an answer.
     */
    static final String PROTOCOL_HEADER = NettyPipeline.LEFT + "protocolHeaderHandler";

    private HandlerNames() {
    }
}
