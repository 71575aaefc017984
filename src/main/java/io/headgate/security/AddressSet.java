package io.headgate.security;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A set of networks as two binary tries, one for each IP version: a look-up walks at most 32 or 128 bits,
 * however many networks there are, and allocates nothing but what {@link InetAddress#getAddress} copies.
 * Immutable.
 */
public final class AddressSet {

    /** Holds no address. */
    public static final AddressSet EMPTY = new AddressSet();

    private final BitTrie v4 = new BitTrie();
    private final BitTrie v6 = new BitTrie();

    private AddressSet() {
    }

    /**
     * Reads networks such as {@code 10.0.0.0/8}.
     *
     * @throws IllegalArgumentException on the first text that is no network
     */
    public static AddressSet of(Collection<String> networks) {
        AddressSet set = new AddressSet();
        for (String text : networks) {
            Cidr cidr = Cidr.parse(text);
            set.trie(cidr.network()).add(cidr.network(), cidr.prefix());
        }
        return set;
    }

    public boolean isEmpty() {
        return v4.isEmpty() && v6.isEmpty();
    }

    /** Whether the address lies in one of the networks. */
    public boolean contains(InetAddress address) {
        byte[] bytes = Cidr.unmapped(address.getAddress()); // Java does not unmap an address with a scope
        return trie(bytes).contains(bytes);
    }

    /** The networks of one IP version, in their shortest form: none contains another. */
    public List<String> networks(boolean ipv6) {
        List<String> networks = new ArrayList<>();
        (ipv6 ? v6 : v4).forEach(ipv6 ? 128 : 32, (bytes, prefix) -> networks
                .add(NetUtil.bytesToIpAddress(bytes) + "/" + prefix));
        return networks;
    }

    private BitTrie trie(byte[] address) {
        return address.length == 4 ? v4 : v6;
    }
}
