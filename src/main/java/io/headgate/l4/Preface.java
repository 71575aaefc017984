package io.headgate.l4;

import io.headgate.pool.Outcome;
import io.headgate.pool.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol.TransportProtocol;
import io.netty.util.NetUtil;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * What is read of a connection before it is relayed: a PROXY header that says who the client is, the question
 * of PostgreSQL's clients whether TLS may begin, which is answered here, a ClientHello that says whom it
 * wants, and a little of what follows while the connection waits in a queue, because only who reads sees a
 * client leave. All but the first two are kept for the member.
 */
final class Preface extends Wheel.Deadline {

    /** A PROXY header of version 2 at its longest, and a ClientHello in many small records. */
    private static final int LIMIT = 64 * 1024 + 2 * ClientHello.MAX_LENGTH;

    /** How much of a waiting client's data is kept; the rest stays with the kernel. */
    private static final int LOOK_AHEAD = 4 * 1024;

    private final Session session;
    private boolean headerExpected;
    private final boolean helloExpected;
    private boolean questionExpected;
    private boolean asked;
    private @Nullable ByteBuf held;
    private int needed;
    private boolean done;
    private boolean ended;
    private boolean watching;

    Preface(Session session, boolean headerExpected, boolean helloExpected, boolean questionExpected) {
        this.session = session;
        this.headerExpected = headerExpected;
        this.helloExpected = helloExpected;
        this.questionExpected = questionExpected;
    }

    void begin(long ticks) {
        if (ticks > 0) {
            session.wheel().armIn(this, ticks);
        }
        SocketChannel channel = session.channel();
        if (headerExpected) {
            channel.pipeline().addBefore(Waiting.NAME, "proxy-protocol", new HAProxyMessageDecoder());
        }
        session.intake().allow(LIMIT);
        channel.read();
    }

    /** The client's channel brought something. */
    void read(Object message) {
        if (session.ended()) {
            ReferenceCountUtil.release(message);
        } else if (message instanceof HAProxyMessage header) {
            headerExpected = false;
            try {
                identify(header);
            } finally {
                header.release();
            }
        } else {
            ByteBuf bytes = (ByteBuf) message;
            ByteBuf before = held;
            held = before == null
                    ? bytes
                    : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(bytes.alloc(), before, bytes);
        }
    }

    private void identify(HAProxyMessage header) {
        InetSocketAddress source = null;
        InetSocketAddress destination = null;
        if (header.command() == HAProxyCommand.PROXY
                && header.proxiedProtocol().transportProtocol() == TransportProtocol.STREAM) {
            source = address(header.sourceAddress(), header.sourcePort());
            destination = address(header.destinationAddress(), header.destinationPort());
        }
        session.identified(source, destination); // LOCAL and UNKNOWN: the proxy itself is the client
    }

    private static @Nullable InetSocketAddress address(@Nullable String host, int port) {
        byte[] literal = host == null ? null : NetUtil.createByteArrayFromIpAddressString(host);
        try {
            return literal == null ? null : new InetSocketAddress(InetAddress.getByAddress(literal), port);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes make an address", e);
        }
    }

    /** A read is over: goes on, or waits for more. */
    void proceed() {
        ByteBuf bytes = held;
        if (watching && !session.ended()) {
            watchOn();
        }
        if (done || session.ended()) {
            return;
        }
        if (!headerExpected && !helloExpected) {
            finish(null);
        } else if (headerExpected || bytes == null || bytes.readableBytes() < needed) {
            readOn();
        } else if (questionExpected) {
            question(bytes);
        } else {
            hello(bytes);
        }
    }

    private void question(ByteBuf bytes) {
        switch (SslRequest.read(bytes)) {
            case INCOMPLETE -> readOn();
            case NONE -> {
                questionExpected = false;
                hello(bytes);
            }
            case TLS -> {
                questionExpected = false;
                asked = true;
                answer(bytes, SslRequest.YES);
            }
            case GSS -> answer(bytes, SslRequest.NO);
            case OTHER -> session.end(Reason.BAD_CLIENT_HELLO, Outcome.UNKNOWN);
        }
    }

    private void answer(ByteBuf question, byte answer) {
        if (question.readableBytes() > SslRequest.LENGTH) { // somebody on the way may have put in the rest
            session.end(Reason.BAD_CLIENT_HELLO, Outcome.UNKNOWN);
            return;
        }
        question.release();
        held = null;
        SocketChannel channel = session.channel();
        ChannelFuture _ = channel.writeAndFlush(channel.alloc().buffer(1).writeByte(answer),
                channel.voidPromise());
        readOn();
    }

    /** Whether the client asked before it began TLS. */
    boolean asked() {
        return asked;
    }

    private void hello(ByteBuf bytes) {
        switch (ClientHello.read(bytes)) {
            case ClientHello.Hello hello -> finish(hello);
            case ClientHello.Incomplete incomplete -> {
                needed = incomplete.needed();
                readOn();
            }
            case ClientHello.NotTls notTls -> session.end(Reason.BAD_CLIENT_HELLO, Outcome.UNKNOWN);
        }
    }

    private void readOn() {
        if (ended) {
            session.end(null, Outcome.UNKNOWN);
        } else {
            session.channel().read();
        }
    }

    private void finish(ClientHello.@Nullable Hello hello) {
        done = true;
        session.wheel().disarm(this);
        session.intake().allow(0);
        session.wanted(hello);
    }

    /** Looks out for the client's end, as long as it sends little. */
    void watch() {
        done = true;
        if (ended && held == null) {
            session.end(null, Outcome.UNKNOWN);
        } else if (!ended) {
            watching = true;
            session.intake().allow(LOOK_AHEAD);
            watchOn();
        }
    }

    private void watchOn() {
        ByteBuf bytes = held;
        if (bytes == null || bytes.readableBytes() < LOOK_AHEAD) {
            session.channel().read();
        }
    }

    /** The connection waits no longer. */
    void stopWatching() {
        if (watching) {
            watching = false;
            session.intake().allow(0);
            Sockets.stopReading(session.channel());
        }
    }

    /** The client has ended its sending: it has left if it has not sent anything. */
    void end() {
        ended = true;
        if (watching && held == null) {
            session.end(null, Outcome.UNKNOWN);
        }
        watching = false;
        proceed();
    }

    boolean ended() {
        return ended;
    }

    /** Hands over what was read for the member. */
    @Nullable
    ByteBuf take() {
        ByteBuf bytes = held;
        held = null;
        return bytes;
    }

    /** Nobody wants the bytes any more. */
    void discard() {
        session.wheel().disarm(this);
        ReferenceCountUtil.release(take());
    }

    @Override
    long due(long now) {
        session.end(Reason.PREFACE_TIMEOUT, Outcome.UNKNOWN);
        return Wheel.NEVER;
    }
}
