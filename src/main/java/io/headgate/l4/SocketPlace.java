package io.headgate.l4;

import io.headgate.pool.Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * What makes a listening socket the same one.
 *
 * @param udp whether it is one for UDP
 * @param address where it is bound
 * @param owner the listener's name when the port is any free one, else empty
 */
record SocketPlace(boolean udp, Address address, String owner) {

    /** One for each of the listener's ports. */
    static List<SocketPlace> of(ListenerSpec spec) {
        return spec.bind().addresses().stream()
                .map(address -> new SocketPlace(spec.protocol() instanceof ListenerProtocol.Udp, address,
                        address.port() == 0 ? spec.name() : ""))
                .toList();
    }

    /** Whether the system refuses one of them because of the other, as with 0.0.0.0:80 and 10.0.0.1:80. */
    boolean covers(SocketPlace other) {
        return udp == other.udp && address.port() != 0 && address.port() == other.address.port()
                && overlap(address.host(), other.address.host());
    }

    private static boolean overlap(String host, String other) {
        try {
            InetAddress one = InetAddress.getByName(host);
            InetAddress two = InetAddress.getByName(other);
            return one.equals(two) || one.isAnyLocalAddress() || two.isAnyLocalAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
