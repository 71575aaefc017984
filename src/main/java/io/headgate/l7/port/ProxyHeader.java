package io.headgate.l7.port;

import io.headgate.pool.Reason;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol.TransportProtocol;
import io.netty.handler.codec.haproxy.HAProxySSLTLV;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import io.netty.util.NetUtil;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the PROXY protocol header (version 1 or 2) with which each connection of a listed proxy begins,
 * before TLS. It has to come within the time for the head of a request.
 */
final class ProxyHeader extends ChannelInboundHandlerAdapter {

    private final Port port;
    private boolean refused;

    private ProxyHeader(Port port) {
        this.port = port;
    }

    static void await(ChannelPipeline pipeline, Port port) {
        pipeline.addFirst(HandlerNames.PROXY, new ProxyHeader(port)).addFirst(HandlerNames.PROXY_CODEC,
                new HAProxyMessageDecoder());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (refused) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (!(message instanceof HAProxyMessage header)) {
            ctx.fireChannelRead(message);
            return;
        }
        InetSocketAddress client;
        try {
            client = source(header);
            if (endedTls(header)) {
                Arrivals.secured(ctx.channel());
            }
        } finally {
            header.release();
        }
        if (client != null) { // LOCAL and UNKNOWN: the proxy itself is the client
            ClientAddress.set(ctx.channel(), client);
        }
        if (port.admission().admits(ctx.channel(), client)) {
            ctx.pipeline().remove(this);
        } else {
            refused = true;
        }
    }

    private static @Nullable InetSocketAddress source(HAProxyMessage header) {
        String host = header.sourceAddress();
        if (header.command() != HAProxyCommand.PROXY || host == null
                || header.proxiedProtocol().transportProtocol() != TransportProtocol.STREAM) {
            return null;
        }
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
        try {
            return literal == null
                    ? null
                    : new InetSocketAddress(InetAddress.getByAddress(literal), header.sourcePort());
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes make an address", e);
        }
    }

    /** Whether the client came to the proxy through TLS (proxy-protocol.txt, 2.2.6: PP2_CLIENT_SSL). */
    private static boolean endedTls(HAProxyMessage header) {
        for (HAProxyTLV field : header.tlvs()) {
            if (field instanceof HAProxySSLTLV tls && tls.isPP2ClientSSL()) {
                return header.command() == HAProxyCommand.PROXY;
            }
        }
        return false;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof DecoderException) {
            refused = true;
            port.admission().turnAway(ctx.channel(), Reason.BAD_PROXY_HEADER);
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }
}
