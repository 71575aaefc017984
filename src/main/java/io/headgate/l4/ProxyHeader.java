package io.headgate.l4;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageEncoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolVersion;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells a member who its client really is, as the first bytes of a connection. */
final class ProxyHeader {

    private ProxyHeader() {
    }

    /**
     * Writes the header; it leaves with the first flush.
     *
     * @param serverName whom a TLS client wants, for version 2
     */
    static void write(SocketChannel member, ProxyProtocol.Version version, InetSocketAddress client,
            InetSocketAddress target, @Nullable String serverName) {
        boolean v4 = client.getAddress() instanceof Inet4Address
                && target.getAddress() instanceof Inet4Address;
        HAProxyMessage header = new HAProxyMessage(
                version == ProxyProtocol.Version.V1 ? HAProxyProtocolVersion.V1 : HAProxyProtocolVersion.V2,
                HAProxyCommand.PROXY, v4 ? HAProxyProxiedProtocol.TCP4 : HAProxyProxiedProtocol.TCP6,
                host(client.getAddress(), v4), host(target.getAddress(), v4), client.getPort(),
                target.getPort(), version == ProxyProtocol.Version.V1 ? List.of() : tlvs(serverName));
        member.pipeline().addLast(HAProxyMessageEncoder.INSTANCE);
        ChannelFuture _ = member.writeAndFlush(header, member.voidPromise());
        member.pipeline().remove(HAProxyMessageEncoder.INSTANCE);
    }

    private static List<HAProxyTLV> tlvs(@Nullable String serverName) {
        return serverName == null
                ? List.of()
                : List.of(new HAProxyTLV(HAProxyTLV.Type.PP2_TYPE_AUTHORITY,
                        Unpooled.copiedBuffer(serverName, StandardCharsets.US_ASCII)));
    }

    /** Both must be of one family: an IPv4 address among IPv6 ones is written as a mapped one. */
    private static String host(InetAddress address, boolean v4) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        if (!v4 && address instanceof Inet4Address) {
            return "::ffff:" + text;
        }
        return zone < 0 ? text : text.substring(0, zone);
    }
}
