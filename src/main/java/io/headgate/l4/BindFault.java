package io.headgate.l4;

import io.headgate.pool.Address;
import org.jspecify.annotations.Nullable;

/**
 * A listener that could not be bound.
 *
 * @param listener its name
 * @param address the address on which it was to listen
 * @param cause the system's message
 * @param inTheWay Headgate's own listener that has the port until the change is made; null for none
 */
public record BindFault(String listener, Address address, String cause, @Nullable String inTheWay) {

    @Override
    public String toString() {
        return listener + ": " + address + " (" + cause + ")";
    }
}
