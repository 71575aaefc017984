package io.headgate.security;

import java.net.InetAddress;
import java.util.Collection;

/**
 * Which client addresses may connect: those in {@code allow} (all, when it is empty) that are not in
 * {@code deny}.
 */
public record AddressRules(AddressSet allow, AddressSet deny) {

    /** Allows every address. */
    public static final AddressRules OPEN = new AddressRules(AddressSet.EMPTY, AddressSet.EMPTY);

    /**
     * Reads networks such as {@code 10.0.0.0/8}.
     *
     * @throws IllegalArgumentException on the first text that is no network
     */
    public static AddressRules of(Collection<String> allow, Collection<String> deny) {
        return new AddressRules(AddressSet.of(allow), AddressSet.of(deny));
    }

    public boolean permits(InetAddress address) {
        return (allow.isEmpty() || allow.contains(address)) && !deny.contains(address);
    }
}
