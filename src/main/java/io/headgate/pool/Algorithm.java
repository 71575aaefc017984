package io.headgate.pool;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a pool picks. A new algorithm is one more permitted record: its name in the configuration is the
 * record's name in kebab case, and its balancer is built anew for each snapshot.
 */
public sealed interface Algorithm
        permits RoundRobin, LeastConnections, Random, PeakEwma, SourceHash, ConsistentHash {

    Balancer over(Snapshot members, RandomSource random);

    /** Whether picks have to bring the hash of a key. */
    default boolean hashes() {
        return false;
    }

    /** The algorithm with this name in the configuration. */
    static Optional<Algorithm> named(String name) {
        return permitted().filter(type -> name(type).equals(name)).findFirst().map(Algorithm::instance);
    }

    /** All names, as the configuration spells them. */
    static List<String> names() {
        return permitted().map(Algorithm::name).toList();
    }

    /** This algorithm's name in the configuration. */
    default String name() {
        return name(getClass());
    }

    private static Stream<Class<?>> permitted() {
        return Stream.of(Algorithm.class.getPermittedSubclasses());
    }

    private static String name(Class<?> type) {
        return type.getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }

    private static Algorithm instance(Class<?> type) {
        try {
            return (Algorithm) type.getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " needs a constructor without parameters", e);
        }
    }
}
