package io.headgate.l4;

import io.headgate.pool.Address;

/**
 * What makes a listening socket the same one.
 *
 * @param address where it is bound
 * @param owner the listener's name when the port is any free one, else empty
 */
record Place(Address address, String owner) {

    static Place of(ListenerSpec spec) {
        return new Place(spec.bind(), spec.bind().port() == 0 ? spec.name() : "");
    }
}
