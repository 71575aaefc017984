package io.headgate.discovery;

import java.util.List;

/**
 * Where a pool's members are found, in addition to those that are configured.
 *
 * @param sources in the order of their precedence: of two members with the same id or address the first is
 *            taken
 * @param pace how often sources are asked
 * @param maxConnections for each member that is found, 0 for no limit
 */
public record DiscoverySpec(List<SourceSpec> sources, Pace pace, int maxConnections) {

    public DiscoverySpec {
        sources = List.copyOf(sources);
    }
}
