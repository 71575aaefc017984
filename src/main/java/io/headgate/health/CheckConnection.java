package io.headgate.health;

import io.headgate.net.Names;
import io.headgate.net.OnLoop;
import io.headgate.net.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * Opens a check's connection, through TLS if it is configured, and closes it as soon as there is a finding.
 *
 * @param tls null for clear text
 * @param protocols what to offer in TLS (ALPN), empty for nothing
 * @param opening what comes before everything else
 */
record CheckConnection(Transport transport, Names names, @Nullable CheckTls tls, List<String> protocols,
        Opening opening) {

    /**
     * Connects to the target. A failure before the connection is established is the finding.
     *
     * @param handlers adds the check's handlers to the channel
     * @param ready called once the connection is established, TLS included
     * @return done once the connection is closed
     */
    Future<?> open(CheckedMember target, EventLoop loop, Promise<Finding> finding, Consumer<Channel> handlers,
            Consumer<Channel> ready) {
        String path = target.address().path();
        Bootstrap bootstrap = path == null
                ? network()
                : new Bootstrap().channel(EpollDomainSocketChannel.class);
        ChannelFuture connecting = bootstrap.group(loop).resolver(names.group())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0).handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (tls != null) {
                            channel.pipeline().addLast(tls(channel, tls, target));
                        }
                        handlers.accept(channel);
                        channel.pipeline().addLast(new LastResort(finding));
                    }
                }).connect(path == null ? target.socketAddress() : new DomainSocketAddress(path));
        Channel channel = connecting.channel();
        finding.addListener(found -> close(channel));
        OnLoop.whenDone(connecting, loop, connected -> {
            if (connected.isSuccess()) {
                begin(channel);
                whenSecure(channel, finding, ready);
            } else {
                finding.trySuccess(Finding.failed(connected.cause()));
            }
        });
        return channel.isOpen() ? channel.closeFuture() : connecting; // there may be no socket to open
    }

    /** Makes a probe on a bare socket. */
    @FunctionalInterface
    interface Bare {

        BareProbe to(IoEventLoop loop, InetSocketAddress address);
    }

    /** Whether a bare socket will do. */
    boolean isBare(CheckedMember target) {
        return transport == Transport.EPOLL && tls == null && opening.isEmpty()
                && target.address().path() == null;
    }

    /**
     * The same on a bare socket.
     *
     * @return done once the connection is closed
     */
    Future<?> open(CheckedMember target, EventLoop loop, Promise<Finding> finding, Bare probe) {
        InetSocketAddress address = target.socketAddress();
        Promise<@Nullable Void> held = loop.newPromise();
        if (!address.isUnresolved()) {
            open(loop, finding, address, probe, held);
            return held;
        }
        OnLoop.whenDone(names.on(loop).resolve(address), loop, resolved -> {
            if (!resolved.isSuccess()) {
                finding.trySuccess(Finding.failed(resolved.cause()));
            }
            if (finding.isDone()) {
                held.setSuccess(null);
            } else {
                open(loop, finding, resolved.getNow(), probe, held);
            }
        });
        return held;
    }

    private static void open(EventLoop loop, Promise<Finding> finding, InetSocketAddress address, Bare probe,
            Promise<@Nullable Void> held) {
        try {
            probe.to((IoEventLoop) loop, address).begin().addListener(closed -> held.setSuccess(null));
        } catch (RuntimeException e) {
            finding.trySuccess(Finding.failed(e));
            held.setSuccess(null);
        }
    }

    private Bootstrap network() {
        Bootstrap bootstrap = new Bootstrap().channel(transport.socket())
                .option(ChannelOption.TCP_NODELAY, true);
        return opening == Opening.UNSEEN ? unseen(bootstrap) : bootstrap;
    }

    /**
     * The kernel delays the last step of the handshake, so that data can go with it. An immediate close then
     * resets the connection before it is established at the member, so its program never sees it. Servers
     * that speak first, such as MySQL, count a client that leaves without a word as an attack and block its
     * address. If the kernel cannot delay that step, the check relies on the reset only.
     */
    private Bootstrap unseen(Bootstrap bootstrap) {
        bootstrap.option(ChannelOption.SO_LINGER, 0);
        ChannelOption<Boolean> quickAck = transport.quickAck();
        return quickAck == null ? bootstrap : bootstrap.option(quickAck, false);
    }

    /** Comes before TLS, and is sent with the first flush. */
    private void begin(Channel channel) {
        if (!opening.isEmpty()) {
            ChannelFuture _ = channel.pipeline().firstContext().write(opening.bytes());
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the caller watches the close future
    private static void close(Channel channel) {
        if (channel.isOpen()) {
            channel.close();
        }
    }

    private ChannelHandler tls(Channel channel, CheckTls tls, CheckedMember target) {
        String host = tls.serverName() != null ? tls.serverName() : target.address().host();
        SslHandler handler = tls.context().newHandler(channel.alloc(), host, target.address().port());
        handler.setHandshakeTimeoutMillis(0); // the check's own timeout ends it
        if (!protocols.isEmpty()) {
            SSLEngine engine = handler.engine();
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setApplicationProtocols(protocols.toArray(String[]::new));
            engine.setSSLParameters(parameters);
        }
        return handler;
    }

    private static void whenSecure(Channel channel, Promise<Finding> finding, Consumer<Channel> ready) {
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        if (handler == null) {
            ready.accept(channel);
            return;
        }
        handler.handshakeFuture().addListener(secured -> {
            if (secured.isSuccess()) {
                ready.accept(channel);
            } else {
                finding.trySuccess(Finding.failed("TLS: " + CheckTexts.of(secured.cause())));
            }
        });
    }
}
