package io.headgate.l4;

import io.headgate.pool.Address;

/**
 * What makes a listening socket the same one.
 *
 * @param udp whether it is one for UDP
 * @param address where it is bound
 * @param owner the listener's name when the port is any free one, else empty
 */
record Place(boolean udp, Address address, String owner) {

    static Place of(ListenerSpec spec) {
        return new Place(spec.udp() != null, spec.bind(), spec.bind().port() == 0 ? spec.name() : "");
    }
}
