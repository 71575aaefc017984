package io.headgate.l4;

import io.headgate.net.HandshakeQueue;
import io.headgate.pool.Outcome;
import io.headgate.pool.Reason;
import io.headgate.security.ServerTls;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends a client's TLS: shakes hands with the certificate for the name that the client asked for. */
final class TlsDoor extends Wheel.Deadline implements TlsEdge.Handshake {

    private static final Logger log = LoggerFactory.getLogger(TlsDoor.class);

    private final Session session;
    private final ServerTls tls;
    private @Nullable TlsEdge edge;

    TlsDoor(Session session, ServerTls tls) {
        this.session = session;
        this.tls = tls;
    }

    /**
     * Begins when its turn comes.
     *
     * @param preface keeps the bytes that were read already, and looks out for the client's end
     */
    void begin(ClientHello.Hello hello, Preface preface) {
        preface.watch();
        HandshakeQueue.add(session.wheel().loop(), () -> shakeHands(hello, preface));
    }

    private void shakeHands(ClientHello.Hello hello, Preface preface) {
        if (session.ended()) {
            return;
        }
        preface.stopWatching();
        if (preface.ended()) {
            session.end(null, Outcome.UNKNOWN); // it cannot shake hands any more
            return;
        }
        session.wheel().armIn(this, Wheel.ticks(tls.handshakeTimeout()));
        ByteBuf first = preface.take();
        SocketChannel channel = session.channel();
        SslContext context = tls.contexts().find(hello.serverName());
        if (context == null) {
            refuse(first);
            return;
        }
        edge = TlsEdge.install(channel, context.newHandler(channel.alloc()), Waiting.NAME, this);
        session.intake().allow(TlsEdge.LIMIT);
        ChannelPipeline pipeline = channel.pipeline();
        if (first != null) {
            pipeline.fireChannelRead(first);
        }
        pipeline.fireChannelReadComplete();
    }

    private void refuse(@Nullable ByteBuf first) {
        ReferenceCountUtil.release(first);
        ChannelFuture _ = session.channel()
                .writeAndFlush(Unpooled.wrappedBuffer(ServerTls.unrecognizedName()))
                .addListener(sent -> session.end(Reason.CLIENT_TLS_FAILED, Outcome.UNKNOWN));
    }

    @Override
    public void secured(TlsEdge secure) {
        session.wheel().disarm(this);
        session.secured();
    }

    @Override
    public void insecure(Throwable cause) {
        log.debug("TLS with {} failed", session.client(), cause);
        Reason reason = reason(cause);
        // later: the alert that says why has yet to be sent
        session.wheel().loop().execute(() -> session.end(reason, Outcome.UNKNOWN));
    }

    private static @Nullable Reason reason(Throwable cause) {
        for (Throwable c = cause; c != null; c = c.getCause()) {
            if (c instanceof CertificateException
                    || String.valueOf(c.getMessage()).endsWith("Empty client certificate chain")) {
                return Reason.CLIENT_CERTIFICATE;
            }
        }
        return cause instanceof SSLException ? Reason.CLIENT_TLS_FAILED : null;
    }

    /** Relays from now on. */
    void relay() {
        if (edge != null) {
            edge.relay();
        }
    }

    /** What TLS was agreed on, null before that. */
    @Nullable
    SslHandler tls() {
        return edge == null ? null : edge.tls();
    }

    void cancel() {
        session.wheel().disarm(this);
    }

    @Override
    long due(long now) {
        session.end(Reason.HANDSHAKE_TIMEOUT, Outcome.UNKNOWN);
        return Wheel.NEVER;
    }
}
