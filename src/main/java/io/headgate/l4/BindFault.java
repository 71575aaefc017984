package io.headgate.l4;

import io.headgate.pool.Address;

/**
 * A listener that could not be bound.
 *
 * @param listener its name
 * @param address where it was to listen
 * @param cause what the system said
 */
public record BindFault(String listener, Address address, String cause) {

    @Override
    public String toString() {
        return listener + ": " + address + " (" + cause + ")";
    }
}
