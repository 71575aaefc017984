package io.headgate.pool;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a pool picks. A new algorithm is one more permitted record with a name in {@link #name()}, and a case
 * in {@link #named}. Its balancer is built anew for each snapshot.
 */
public sealed interface Algorithm
        permits RoundRobin, LeastConnections, Random, PeakEwma, SourceHash, ConsistentHash {

    /**
     * The other settings of a pool for the algorithms that use them.
     *
     * @param balanceFactor see {@link ConsistentHash}
     */
    record Settings(int balanceFactor) {

        /** No limits. */
        public static final Settings DEFAULT = new Settings(0);
    }

    Balancer over(Snapshot members, RandomSource random);

    /**
     * What a pick has to bring the hash of; null when the algorithm does not hash.
     *
     * @param configured what the pool is told to balance on
     */
    default @Nullable HashOn key(HashOn configured) {
        return null;
    }

    /**
     * The same written down as a table; empty for an algorithm that looks at what is going on when it picks.
     */
    default Optional<Buckets> buckets(Snapshot members) {
        return Optional.empty();
    }

    /** The algorithm with this name in the configuration. */
    static Optional<Algorithm> named(String name, Settings settings) {
        return Optional.ofNullable(switch (name) {
            case "round-robin" -> new RoundRobin();
            case "least-connections" -> new LeastConnections();
            case "random" -> new Random();
            case "peak-ewma" -> new PeakEwma();
            case "source-hash" -> new SourceHash();
            case "consistent-hash" -> new ConsistentHash(settings.balanceFactor());
            default -> null;
        });
    }

    /** The same with default settings. */
    static Optional<Algorithm> named(String name) {
        return named(name, Settings.DEFAULT);
    }

    /** All names, as the configuration spells them. */
    static List<String> names() {
        return List.of("round-robin", "least-connections", "random", "peak-ewma", "source-hash",
                "consistent-hash");
    }

    /** This algorithm's name in the configuration. */
    default String name() {
        return switch (this) {
            case RoundRobin _ -> "round-robin";
            case LeastConnections _ -> "least-connections";
            case Random _ -> "random";
            case PeakEwma _ -> "peak-ewma";
            case SourceHash _ -> "source-hash";
            case ConsistentHash _ -> "consistent-hash";
        };
    }
}
