package io.headgate.l4;

import java.util.List;

/**
 * Which pool serves TLS connections for some names.
 *
 * @param names host names, {@code *.example.org} for all below one, {@code *} for all and for none at all
 * @param alpn application protocols of which the client must offer one, such as {@code h2}; empty for any
 * @param pool whose members serve them
 */
public record SniRule(List<String> names, List<String> alpn, String pool) {

    public SniRule {
        names = List.copyOf(names);
        alpn = List.copyOf(alpn);
    }
}
