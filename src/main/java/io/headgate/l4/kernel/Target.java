package io.headgate.l4.kernel;

import io.headgate.pool.Address;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * A member as the kernel sees it.
 *
 * @param address an address that packets can be sent to
 * @param port the member's own
 */
record Target(InetAddress address, int port) {

    /** Null for what the kernel cannot lead to: a host name, a Unix domain socket, loopback. */
    static @Nullable Target of(Address member) {
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(member.host());
        if (literal == null || member.host().indexOf('%') >= 0) {
            return null;
        }
        try {
            InetAddress address = InetAddress.getByAddress(literal);
            return address.isLoopbackAddress() || address.isAnyLocalAddress() || address.isLinkLocalAddress()
                    || address.isMulticastAddress() ? null : new Target(address, member.port());
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes make an address", e);
        }
    }

    boolean ipv6() {
        return address.getAddress().length == 16;
    }

    /** In the names of chains and counters, which have neither colons nor brackets. */
    String word() {
        return NetUtil.toAddressString(address).replace(':', '_') + "/" + port;
    }

    /** The counter of connections that it has refused. */
    String refused() {
        return "failed/" + word();
    }

    /** The counter of those for which a client has asked twice before it answered. */
    String unanswered() {
        return "failed/unanswered/" + word();
    }

    /** The counter of those of these that it has answered after all. */
    String late() {
        return "failed/late/" + word();
    }

    /** As the pool's members are written. */
    @Override
    public String toString() {
        String text = NetUtil.toAddressString(address);
        return (ipv6() ? "[" + text + "]" : text) + ":" + port;
    }
}
