package io.headgate.acme;

import java.util.List;

/**
 * A certificate that is wanted.
 *
 * @param name of its SSL bundle and of its file
 * @param hosts for which it is valid
 */
public record Wanted(String name, List<String> hosts) {

    public Wanted {
        hosts = List.copyOf(hosts);
    }
}
