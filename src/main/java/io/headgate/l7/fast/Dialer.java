package io.headgate.l7.fast;

import io.headgate.pool.Address;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;

/** Opens connections to members, on the event loop that will use them. */
final class Dialer {

    private static final int MAX_LINE = 8 * 1024;
    private static final int MAX_HEADERS = 64 * 1024;

    private final Worker worker;
    private final Bootstrap bootstrap;

    Dialer(Worker worker, Surroundings surroundings) {
        this.worker = worker;
        this.bootstrap = new Bootstrap().group(worker.loop()).channel(surroundings.transport().socket())
                .resolver(surroundings.names().group()).option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.TCP_NODELAY, true).option(ChannelOption.SO_KEEPALIVE, true)
                .handler(new ChannelInitializer<>() {

                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new HttpClientCodec(config(), false, false));
                    }
                });
    }

    private static HttpDecoderConfig config() {
        return new HttpDecoderConfig().setMaxInitialLineLength(MAX_LINE).setMaxHeaderSize(MAX_HEADERS)
                .setMaxChunkSize(Integer.MAX_VALUE).setAllowPartialChunks(true);
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
     * @param timeout zero for the system's own
     */
    void dial(Object key, Address address, Duration timeout, Caller caller) {
        Bootstrap dialing = bootstrap.clone().option(ChannelOption.CONNECT_TIMEOUT_MILLIS,
                (int) Math.min(timeout.toMillis(), Integer.MAX_VALUE));
        dialing.connect(socketAddress(address)).addListener((ChannelFuture dialed) -> {
            if (!dialed.isSuccess()) {
                caller.failed(dialed.cause());
                return;
            }
            Upstream upstream = new Upstream(worker, key, address);
            dialed.channel().pipeline().addLast(upstream);
            caller.connected(upstream);
        });
    }

    private static SocketAddress socketAddress(Address address) {
        InetAddress literal = NetUtil.createInetAddressFromIpAddressString(address.host());
        return literal == null
                ? InetSocketAddress.createUnresolved(address.host(), address.port())
                : new InetSocketAddress(literal, address.port());
    }
}
