package io.headgate.health;

import io.headgate.net.Names;
import io.headgate.net.OnLoop;
import io.headgate.net.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * Opens a check's connection, through TLS where it is configured, and closes it with the finding, whoever
 * made that.
 *
 * @param tls null for clear text
 * @param protocols what to offer in TLS (ALPN), empty for nothing
 * @param opening what comes before everything else
 */
record Dial(Transport transport, Names names, @Nullable CheckTls tls, List<String> protocols,
        Opening opening) {

    /**
     * Connects to the target. What goes wrong before the connection stands is the finding.
     *
     * @param handlers what speaks on the connection
     * @param ready called once the connection stands, TLS included
     * @return done once the connection is closed
     */
    Future<?> open(Target target, EventLoop loop, Promise<Finding> finding, Consumer<Channel> handlers,
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

    private Bootstrap network() {
        Bootstrap bootstrap = new Bootstrap().channel(transport.socket())
                .option(ChannelOption.TCP_NODELAY, true);
        return opening == Opening.UNSEEN ? unseen(bootstrap) : bootstrap;
    }

    /**
     * The kernel puts off the last step of the handshake, in the hope that data will go with it, and a close
     * at once then resets the connection before it stands at the member: its program never hears of it.
     * Servers that speak first, such as MySQL, count a client that leaves without a word as an attack, and
     * block its address. Where the kernel cannot put it off, the reset alone has to do.
     */
    private Bootstrap unseen(Bootstrap bootstrap) {
        bootstrap.option(ChannelOption.SO_LINGER, 0);
        ChannelOption<Boolean> quickAck = transport.quickAck();
        return quickAck == null ? bootstrap : bootstrap.option(quickAck, false);
    }

    /** It stands before TLS too, and leaves with the first flush. */
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

    private ChannelHandler tls(Channel channel, CheckTls tls, Target target) {
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
                finding.trySuccess(Finding.failed("TLS: " + Words.of(secured.cause())));
            }
        });
    }

    /** What breaks the connection is what the check has found. */
    private static final class LastResort extends ChannelInboundHandlerAdapter {

        private final Promise<Finding> finding;

        LastResort(Promise<Finding> finding) {
            this.finding = finding;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            finding.trySuccess(Finding.failed(cause));
        }
    }
}
