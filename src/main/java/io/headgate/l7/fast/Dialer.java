package io.headgate.l7.fast;

import io.headgate.net.ReadSizes;
import io.headgate.pool.Address;
import io.headgate.pool.MemberTls;
import io.headgate.security.TlsClients;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
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

    Dialer(Worker worker, Surroundings surroundings) {
        this.worker = worker;
        this.bootstrap = new Bootstrap().group(worker.loop()).channel(surroundings.transport().socket())
                .resolver(surroundings.names().group()).option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.TCP_NODELAY, true).option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.AUTO_CLOSE, false) // where it takes no more it may have answered
                .handler(new ChannelInitializer<>() {

                    @Override
                    protected void initChannel(Channel channel) {
                        channel.config().setRecvByteBufAllocator(ReadSizes.WITHIN_MEMORY);
                        channel.pipeline().addLast(new MemberCodec());
                    }
                });
    }

    /** Hears how dialling went. */
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
        Bootstrap dialing = bootstrap.clone().option(ChannelOption.CONNECT_TIMEOUT_MILLIS,
                (int) Math.min(timeout.toMillis(), Integer.MAX_VALUE));
        dialing.connect(socketAddress(address)).addListener((ChannelFuture dialed) -> {
            if (!dialed.isSuccess()) {
                caller.failed(dialed.cause());
                return;
            }
            Upstream upstream = new Upstream(worker, key, tls, address);
            ChannelPipeline pipeline = dialed.channel().pipeline().addLast(upstream);
            if (tls == null) {
                caller.connected(upstream);
            } else {
                SslHandler handler = TlsClients.handler(tls.context(), dialed.channel(), tls.nameOf(address),
                        address.port());
                handler.setHandshakeTimeout(timeout.isZero() ? HANDSHAKE : timeout.toMillis(),
                        TimeUnit.MILLISECONDS);
                pipeline.addFirst(handler);
                upstream.read();
                handler.handshakeFuture().addListener(secured -> {
                    if (secured.isSuccess()) {
                        caller.connected(upstream);
                    } else {
                        caller.failed(secured.cause());
                    }
                });
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
