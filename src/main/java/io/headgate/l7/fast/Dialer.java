package io.headgate.l7.fast;

import io.headgate.net.ClientSource;
import io.headgate.net.Descriptors;
import io.headgate.net.OnLoop;
import io.headgate.net.Shortage;
import io.headgate.pool.Address;
import io.headgate.pool.MemberProtocol;
import io.headgate.pool.MemberTls;
import io.headgate.security.TlsClients;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Opens connections to members, on the event loop that will use them. */
final class Dialer {

    /** In milliseconds, where connecting has no limit. */
    private static final long HANDSHAKE = 10_000;

    private final Worker worker;
    private final Bootstrap bootstrap;

    Dialer(Worker worker, FastLaneServices services) {
        this.worker = worker;
        this.bootstrap = new Bootstrap().group(worker.loop()).channelFactory(services.sockets())
                .resolver(services.names().group()).option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.TCP_NODELAY, true).option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.AUTO_CLOSE, false) // where it takes no more it may have answered
                .handler(new ChannelInitializer<>() {

                    @Override
                    protected void initChannel(Channel channel) {
                        channel.config().setRecvByteBufAllocator(new AnswerReads());
                    }
                });
    }

    /** Hears how dialling went, once, on the worker's event loop. */
    interface Caller {

        void connected(Upstream upstream);

        void failed(Throwable error);
    }

    /** Hears what a connection has become, once, on the worker's event loop. */
    interface Opened {

        void opened(Http1Upstream connection);

        /** It cannot serve yet. */
        void opened(Http2MemberConnection connection);

        void failed(Throwable error);
    }

    /**
     * Connects by HTTP/1.1.
     *
     * @param key whom the connection will be kept for
     * @param tls null for clear text
     * @param timeout of connecting, and again of the TLS handshake; zero for the system's own
     */
    void dial(Object key, Address address, @Nullable MemberTls tls, Duration timeout, Caller caller) {
        open(UpstreamTarget.of(key, address, tls), timeout, (channel, target) -> {
            Http1Upstream upstream = new Http1Upstream(worker, target);
            channel.pipeline().addLast(new MemberCodec(), upstream);
            if (tls == null) {
                caller.connected(upstream);
                return;
            }
            SslHandler handler = handler(channel, target, tls, timeout);
            channel.pipeline().addFirst(handler);
            upstream.read();
            OnLoop.whenDone(handler.handshakeFuture(), worker.loop(), secured -> {
                if (secured.isSuccess()) {
                    caller.connected(upstream);
                } else {
                    caller.failed(secured.cause());
                }
            });
        }, caller::failed);
    }

    /**
     * Connects by HTTP/2, or by what the member chooses.
     *
     * @param timeout as above
     */
    void dial(UpstreamTarget to, MemberProtocol protocol, Duration timeout, Http2Dial dial) {
        open(to, timeout, (channel, target) -> {
            MemberTls tls = target.tls();
            if (tls == null) {
                http2(channel, target, dial);
                return;
            }
            SslHandler handler = handler(channel, target, tls, timeout);
            Alpn.offer(handler, protocol);
            channel.pipeline().addFirst(handler);
            channel.read();
            OnLoop.whenDone(handler.handshakeFuture(), worker.loop(), secured -> {
                if (!secured.isSuccess()) {
                    dial.failed(secured.cause());
                } else if (Alpn.isHttp2(handler)) {
                    http2(channel, target, dial);
                } else if (protocol == MemberProtocol.AUTO) {
                    Http1Upstream upstream = new Http1Upstream(worker, target);
                    channel.pipeline().addLast(new MemberCodec(), upstream);
                    dial.opened(upstream);
                } else {
                    channel.close();
                    dial.failed(new SSLException("the member does not choose HTTP/2 (ALPN)"));
                }
            });
        }, dial::failed);
    }

    private void http2(Channel channel, UpstreamTarget target, Http2Dial dial) {
        Http2MemberConnection connection = new Http2MemberConnection(worker, target, dial);
        dial.opened(connection);
        connection.begin(channel);
    }

    private static SslHandler handler(Channel channel, UpstreamTarget target, MemberTls tls,
            Duration timeout) {
        Address address = target.address();
        SslHandler handler = TlsClients.handler(tls.context(), channel, tls.nameOf(address), address.port());
        handler.setHandshakeTimeout(timeout.isZero() ? HANDSHAKE : timeout.toMillis(), TimeUnit.MILLISECONDS);
        return handler;
    }

    private void open(UpstreamTarget target, Duration timeout, BiConsumer<Channel, UpstreamTarget> then,
            Consumer<Throwable> failed) {
        assert worker.isHome();
        if (Descriptors.PROCESS.isMembersHalfUsed()) {
            worker.makeRoom(closed -> {
                // where none is unused, the reserve has to do
            });
        }
        open(target, timeout, then, failed, true);
    }

    /** Where there is no descriptor, an unused connection is closed for its own, once. */
    private void open(UpstreamTarget target, Duration timeout, BiConsumer<Channel, UpstreamTarget> then,
            Consumer<Throwable> failed, boolean first) {
        SocketAddress address = socketAddress(target.address());
        ClientSource source = target.source();
        if (source != null && !source.mayReach(address)) {
            failed.accept(
                    new NoRouteToHostException("from the client's address, nothing leads to " + address));
            return;
        }
        ChannelFuture dialing;
        try {
            Bootstrap timed = bootstrap.clone().option(ChannelOption.CONNECT_TIMEOUT_MILLIS,
                    (int) Math.min(timeout.toMillis(), Integer.MAX_VALUE));
            dialing = source == null ? timed.connect(address) : source.connect(timed, address);
        } catch (RuntimeException e) {
            failed(e, first, () -> open(target, timeout, then, failed, false), failed);
            return;
        }
        OnLoop.whenDone(dialing, worker.loop(), dialed -> {
            if (!dialed.isSuccess()) {
                failed(dialed.cause(), first, () -> open(target, timeout, then, failed, false), failed);
                return;
            }
            try {
                then.accept(dialed.channel(), target);
            } catch (RuntimeException e) {
                dialed.channel().close();
                failed.accept(e);
            }
        });
    }

    private void failed(Throwable failure, boolean first, Runnable again, Consumer<Throwable> failed) {
        if (!first || !Shortage.isCauseOf(failure)) {
            failed.accept(failure);
            return;
        }
        worker.makeRoom(closed -> {
            if (closed) {
                again.run();
            } else {
                failed.accept(failure);
            }
        });
    }

    private static SocketAddress socketAddress(Address address) {
        InetAddress literal = NetUtil.createInetAddressFromIpAddressString(address.host());
        return literal == null
                ? InetSocketAddress.createUnresolved(address.host(), address.port())
                : new InetSocketAddress(literal, address.port());
    }
}
