package io.headgate.l4.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.pool.Clock;
import io.headgate.pool.Pools;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Discovery that finds other addresses each time leaves nothing behind. */
class ServedTest {

    private static final int CHANGES = 3 * Served.MOST_GONE;

    private final Served served = new Served();

    private static Target target(int number) {
        try {
            return new Target(InetAddress.getByAddress(
                    new byte[]{10, (byte) (number >> 16), (byte) (number >> 8), (byte) number}), 80);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static Service service(Target... targets) {
        return new Service("web", false, false, null, 80, 80, false, false, List.of(), List.of(),
                Duration.ofMinutes(5), Duration.ofMinutes(5), Duration.ZERO, false, List.of(targets), null);
    }

    @Test
    void countersOfMembersThatHaveLeftAreForgottenWhenThereAreMany() {
        Outcomes outcomes = new Outcomes(
                new Listening(new Pools(Clock.SYSTEM, bound -> 0, (member, outcome) -> {
                })), served);
        Map<String, Long> before = new HashMap<>();
        for (int i = 0; i < CHANGES; i++) {
            before.put("to/web/4/" + i, 1L);
        }
        outcomes.skip(before);
        served.counted(before);
        outcomes.tell();
        assertThat(outcomes.known()).isEqualTo(CHANGES);
        served.counted(Map.of("to/web/4/1", 7L));
        outcomes.tell();
        assertThat(outcomes.known()).isEqualTo(1);
        assertThat(served.count("to/web/4/1")).isEqualTo(7);
        assertThat(served.has("to/web/4/2")).isFalse();
    }

    @Test
    void membersThatHaveLeftAreForgottenWhenTheirConnectionsAreCut() {
        Service last = service();
        for (int i = 0; i < 1000; i++) {
            Service before = last;
            last = service(target(0), target(i + 1), target(i + 2));
            served.become(List.of(last));
            served.cut(before, Set.of(target(i), target(i + 1)));
        }
        assertThat(served.members(last)).as("those that it has now").isEqualTo(3);
        served.become(List.of());
        served.cut(last, Set.of(target(0), target(1000), target(1001)));
        assertThat(served.members(last)).isZero();
    }
}
