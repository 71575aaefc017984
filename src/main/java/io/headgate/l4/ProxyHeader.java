package io.headgate.l4;

import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageEncoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolVersion;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** The first bytes of a connection, which tell a member its client's real address. */
final class ProxyHeader {

    private ProxyHeader() {
    }

    /**
     * Writes the header; it leaves with the first flush.
     *
     * @param more additional data, only for version 2
     */
    static void write(DuplexChannel member, ProxyProtocol.Version version, InetSocketAddress client,
            InetSocketAddress target, List<HAProxyTLV> more) {
        boolean v4 = client.getAddress() instanceof Inet4Address
                && target.getAddress() instanceof Inet4Address;
        HAProxyMessage header = new HAProxyMessage(
                version == ProxyProtocol.Version.V1 ? HAProxyProtocolVersion.V1 : HAProxyProtocolVersion.V2,
                HAProxyCommand.PROXY, v4 ? HAProxyProxiedProtocol.TCP4 : HAProxyProxiedProtocol.TCP6,
                host(client.getAddress(), v4), host(target.getAddress(), v4), client.getPort(),
                target.getPort(), version == ProxyProtocol.Version.V1 ? List.of() : more);
        member.pipeline().addLast(HAProxyMessageEncoder.INSTANCE);
        ChannelFuture _ = member.writeAndFlush(header, member.voidPromise());
        member.pipeline().remove(HAProxyMessageEncoder.INSTANCE);
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
