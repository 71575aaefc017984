package io.headgate.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.pool.Reason;
import io.headgate.testing.RawServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SourceRatesTest {

    private static final long MILLISECOND = Duration.ofMillis(1).toNanos();

    private final SourceRates rates = new SourceRates();

    @Test
    void aSecondsWorthMayComeAtOnceAndThenAnEvenPace() {
        InetAddress one = address(1);
        assertThat(taken(one, 10, 20, 0)).isEqualTo(10);
        assertThat(taken(one, 10, 5, 99 * MILLISECOND)).isZero();
        assertThat(taken(one, 10, 5, 100 * MILLISECOND)).isEqualTo(1);
        assertThat(taken(one, 10, 5, 300 * MILLISECOND)).isEqualTo(2);
        assertThat(taken(one, 10, 20, 5000 * MILLISECOND)).isEqualTo(10);
    }

    @Test
    void addressesDoNotDisturbOneAnother() {
        assertThat(taken(address(1), 3, 10, 0)).isEqualTo(3);
        assertThat(taken(address(2), 3, 10, 0)).isEqualTo(3);
    }

    @Test
    void thoseWhoStayAwayAreForgotten() {
        for (int i = 0; i < 3000; i++) {
            rates.tryTake(address(i), 1, 0);
        }
        taken(address(1), 1_000_000, 4096, 10_000 * MILLISECOND);
        assertThat(rates.size()).isEqualTo(1);
    }

    @Test
    void aListenerTurnsAwayWhoIsTooFast() throws IOException {
        try (RawServer backend = new RawServer(RawServer.ECHO);
                Lab lab = new Lab().over(backend)
                        .listening(Lab.spec().withLimits(new ListenerLimits(0, 0, 2)))) {
            for (int i = 0; i < 10; i++) {
                try (Socket client = lab.connect()) {
                    assertThat(client.isConnected()).isTrue();
                }
            }
            await().until(() -> lab.listener().accepted() + lab.listener().refused() == 10);
            assertThat(lab.listener().accepted()).isBetween(2L, 5L);
            assertThat(lab.connections.refused).containsOnly(Reason.RATE_LIMITED);
        }
    }

    private int taken(InetAddress source, int perSecond, int tries, long now) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            taken += rates.tryTake(source, perSecond, now) ? 1 : 0;
        }
        return taken;
    }

    private static InetAddress address(int number) {
        try {
            return InetAddress.getByAddress(new byte[]{10, 0, (byte) (number >> 8), (byte) number});
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
