package io.headgate.l7.fast;

import io.headgate.net.Descriptors;
import io.headgate.net.OnLoop;
import io.headgate.net.Shortage;
import io.headgate.pool.Address;
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
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
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
                        channel.pipeline().addLast(new MemberCodec());
                    }
                });
    }

    /** Hears how dialling went, once, on the worker's event loop. */
    interface Caller {

        void connected(Upstream upstream);

        void failed(Throwable error);
    }

    /**
     * Connects.
     *
     * @param key whom the connection will be kept for
     * @param tls null for clear text
     * @param timeout of connecting, and again of the TLS handshake; zero for the system's own
     */
    void dial(Object key, Address address, @Nullable MemberTls tls, Duration timeout, Caller caller) {
        assert worker.isHome();
        if (Descriptors.PROCESS.isMembersHalfUsed()) {
            worker.makeRoom(closed -> {
                // where none is unused, the reserve has to do
            });
        }
        dial(key, address, tls, timeout, caller, true);
    }

    /** Where there is no descriptor, an unused connection is closed for its own, once. */
    private void dial(Object key, Address address, @Nullable MemberTls tls, Duration timeout, Caller caller,
            boolean first) {
        ChannelFuture dialing;
        try {
            dialing = bootstrap.clone()
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS,
                            (int) Math.min(timeout.toMillis(), Integer.MAX_VALUE))
                    .connect(socketAddress(address));
        } catch (RuntimeException e) {
            failed(e, first, () -> dial(key, address, tls, timeout, caller, false), caller);
            return;
        }
        OnLoop.whenDone(dialing, worker.loop(), dialed -> {
            if (dialed.isSuccess()) {
                dialed(dialed.channel(), new Http1Upstream(worker, UpstreamTarget.of(key, address, tls)),
                        timeout,
                        caller);
            } else {
                failed(dialed.cause(), first, () -> dial(key, address, tls, timeout, caller, false), caller);
            }
        });
    }

    private void failed(Throwable failure, boolean first, Runnable again, Caller caller) {
        if (!first || !Shortage.isCauseOf(failure)) {
            caller.failed(failure);
            return;
        }
        worker.makeRoom(closed -> {
            if (closed) {
                again.run();
            } else {
                caller.failed(failure);
            }
        });
    }

    private void dialed(Channel channel, Http1Upstream upstream, Duration timeout, Caller caller) {
        MemberTls tls = upstream.target().tls();
        try {
            channel.pipeline().addLast(upstream);
            if (tls != null) {
                secure(channel, upstream, tls, timeout, caller);
                return;
            }
        } catch (RuntimeException e) {
            channel.close();
            caller.failed(e);
            return;
        }
        caller.connected(upstream);
    }

    private void secure(Channel channel, Http1Upstream upstream, MemberTls tls, Duration timeout,
            Caller caller) {
        Address address = upstream.address();
        SslHandler handler = TlsClients.handler(tls.context(), channel, tls.nameOf(address), address.port());
        handler.setHandshakeTimeout(timeout.isZero() ? HANDSHAKE : timeout.toMillis(), TimeUnit.MILLISECONDS);
        channel.pipeline().addFirst(handler);
        upstream.read();
        OnLoop.whenDone(handler.handshakeFuture(), worker.loop(), secured -> {
            if (secured.isSuccess()) {
                caller.connected(upstream);
            } else {
                caller.failed(secured.cause());
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
