package io.headgate.discovery;

import io.headgate.net.ResponsiveFirst;
import io.headgate.net.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.ReflectiveChannelFactory;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.SocketChannel;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import java.io.IOException;
import java.util.Optional;

/**
 * Whether a resolver's last answer was truncated. If an answer does not fit into a datagram, the name server
 * marks it as truncated. Such an answer must not be used (RFC 2181, 9), and the query is repeated by TCP. If
 * TCP fails, Netty returns the truncated answer and does not say so. Therefore this class watches what goes
 * through the resolver's sockets. For a resolver with one question at a time, on its event loop.
 */
final class Truncation {

    private static final int TC = 0x02;

    private int asked;
    private boolean cut;

    /** Makes the resolver's sockets, and watches them. */
    DnsNameResolverBuilder watch(DnsNameResolverBuilder resolver, Transport transport) {
        ReflectiveChannelFactory<DatagramChannel> datagrams = new ReflectiveChannelFactory<>(
                transport.datagram());
        ReflectiveChannelFactory<SocketChannel> streams = new ReflectiveChannelFactory<>(transport.socket());
        return resolver.datagramChannelFactory(() -> {
            DatagramChannel channel = datagrams.newChannel();
            channel.pipeline().addLast(new Datagrams());
            return channel;
        }).socketChannelFactory(() -> {
            SocketChannel channel = streams.newChannel();
            channel.config().setConnectTimeoutMillis(ResponsiveFirst.QUERY_TIMEOUT);
            channel.pipeline().addLast(new Whole());
            return channel;
        });
    }

    /** Forgets earlier answers, before a query. */
    void clear() {
        cut = false;
    }

    /** The problem with the answer if it is truncated. */
    Optional<IOException> trouble() {
        return cut
                ? Optional.of(new IOException("the answer is truncated and could not be fetched by TCP"))
                : Optional.empty();
    }

    private final class Datagrams extends ChannelDuplexHandler {

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            if (message instanceof DatagramPacket query && query.content().readableBytes() > 2) {
                asked = query.content().getUnsignedShort(query.content().readerIndex());
            }
            ctx.write(message, promise);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof DatagramPacket answer && answer.content().readableBytes() > 2) {
                ByteBuf bytes = answer.content();
                int start = bytes.readerIndex();
                cut |= bytes.getUnsignedShort(start) == asked && (bytes.getByte(start + 2) & TC) != 0;
            }
            ctx.fireChannelRead(message);
        }
    }

    /** Waits for an answer's two bytes of length, and then for that many bytes. */
    private final class Whole extends ChannelInboundHandlerAdapter {

        private int length;
        private int come;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            for (int i = 0; i < bytes.readableBytes() && come + i < 2; i++) {
                length = length << 8 | bytes.getUnsignedByte(bytes.readerIndex() + i);
            }
            come += bytes.readableBytes();
            if (come >= 2 && come >= length + 2) {
                cut = false;
            }
            ctx.fireChannelRead(message);
        }
    }
}
