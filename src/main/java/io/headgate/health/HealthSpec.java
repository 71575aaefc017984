package io.headgate.health;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the members of a pool are checked, as configured.
 *
 * @param check what is asked
 * @param interval from the end of a check to the start of the next, give or take a tenth
 * @param fastInterval replaces the interval while the state is changing: before the first verdict, while
 *            results contradict the verdict, and while real traffic shows the member failing
 * @param timeout for a whole check: name resolution, connection, TLS and answer
 * @param fall consecutive misses until DOWN, at least 1
 * @param rise consecutive successes until a member that was DOWN is UP, at least 1; the first verdict needs
 *            one
 * @param port to check instead of the member's own, null for its own
 * @param tls null to check in clear text
 * @param opening how connections begin; a tcp check without TLS never sends anything
 */
public record HealthSpec(CheckSpec check, Duration interval, Duration fastInterval, Duration timeout,
        int fall,
        int rise, @Nullable Integer port, @Nullable CheckTls tls, Opening opening) {

    /** No check: members get traffic at once. */
    public static final HealthSpec NONE = of(new CheckSpec.None());

    /**
     * @throws IllegalArgumentException on the first value that is out of range
     */
    public HealthSpec {
        positive("interval", interval);
        positive("fast-interval", fastInterval);
        positive("timeout", timeout);
        atLeastOne("fall", fall);
        atLeastOne("rise", rise);
        if (port != null && (port < 1 || port > 65535)) {
            throw new IllegalArgumentException("port: " + port + " (expected: a port from 1 to 65535)");
        }
    }

    /** The check with the defaults: every 3 s, 1 s while changing and for the answer, fall 2, rise 2. */
    public static HealthSpec of(CheckSpec check) {
        return new HealthSpec(check, Duration.ofSeconds(3), Duration.ofSeconds(1), Duration.ofSeconds(1), 2,
                2,
                null, null, Opening.PLAIN);
    }

    /** The same check over connections that begin so. */
    public HealthSpec withOpening(Opening other) {
        return new HealthSpec(check, interval, fastInterval, timeout, fall, rise, port, tls, other);
    }

    private static void positive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: more than 0)");
        }
    }

    private static void atLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: 1 or more)");
        }
    }
}
