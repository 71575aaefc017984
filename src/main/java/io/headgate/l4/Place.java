package io.headgate.l4;

import io.headgate.pool.Address;
import java.util.List;

/**
 * What makes a listening socket the same one.
 *
 * @param udp whether it is one for UDP
 * @param address where it is bound
 * @param owner the listener's name when the port is any free one, else empty
 */
record Place(boolean udp, Address address, String owner) {

    /** One for each of the listener's ports. */
    static List<Place> of(ListenerSpec spec) {
        return spec.bind().addresses().stream()
                .map(address -> new Place(spec.udp() != null, address,
                        address.port() == 0 ? spec.name() : ""))
                .toList();
    }
}
