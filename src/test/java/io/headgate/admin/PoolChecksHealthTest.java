package io.headgate.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.discovery.Discovery;
import io.headgate.net.EventLoops;
import io.headgate.net.Transport;
import io.headgate.observe.DiscoveryMeters;
import io.headgate.pool.Address;
import io.headgate.pool.Clock;
import io.headgate.pool.MemberSpec;
import io.headgate.pool.Pools;
import io.headgate.testing.PoolBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;

class PoolChecksHealthTest {

    private final MockTicker ticker = Ticker.newMockTicker();
    private final Clock clock = new Clock(ticker, InstantSource.fixed(Instant.EPOCH));
    private final Pools pools = new Pools(clock, bound -> 0, (member, outcome) -> {
    });

    @Test
    void aPoolThatNeverGetsAVerdictHoldsReadinessUpOnlyForItsTime() throws Exception {
        pools.apply(List.of(
                PoolBuilder.pool("web", new MemberSpec("a", new Address("127.0.0.1", 1), 1, 0, false, null))
                        .checked(true).spec()));
        try (EventLoops loops = new EventLoops(Transport.NIO, 1);
                Discovery discovery = new Discovery(loops, clock, pools,
                        new DiscoveryMeters(new SimpleMeterRegistry()), null)) {
            PoolChecksHealth health = new PoolChecksHealth(pools, discovery, ticker, Duration.ofSeconds(10));
            ticker.advance(9_999, TimeUnit.MILLISECONDS);
            assertThat(health.health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
            assertThat(health.health().getDetails()).containsEntry("waitingFor", List.of("web"));
            ticker.advance(1, TimeUnit.MILLISECONDS);
            assertThat(health.health().getStatus()).isEqualTo(Status.UP);
        }
    }
}
