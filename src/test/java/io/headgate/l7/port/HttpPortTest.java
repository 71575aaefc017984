package io.headgate.l7.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.l7.ClientLimits;
import io.headgate.l7.Forwarding;
import io.headgate.l7.Https;
import io.headgate.l7.ServedRequest;
import io.headgate.l7.Strictness;
import io.headgate.net.Descriptors;
import io.headgate.pool.Reason;
import io.headgate.security.AddressSet;
import io.headgate.security.NamedContexts;
import io.headgate.security.ServerTls;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.netty.http.server.HttpServer;

/** What limits the beginning of a TLS connection at a listener for HTTP. */
class HttpPortTest {

    private final MockTicker ticker = Ticker.newMockTicker();
    private final List<ServedRequest> reports = new ArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel();

    @BeforeEach
    void accept() {
        HttpListenerSpec spec = new HttpListenerSpec("web",
                new ClientLimits(Duration.ZERO, Duration.ZERO, Duration.ZERO, 0, 0, 0, AddressSet.EMPTY,
                        Strictness.DEFAULT),
                new ServerTls(new NamedContexts(null, List.of()), Duration.ofSeconds(5)), false, true,
                Https.NONE);
        Port port = new Port(spec, () -> new Forwarding(AddressSet.EMPTY), PortExtension.NONE, reports::add,
                (rule, from, detail) -> {
                }, ticker, Descriptors.PROCESS);
        channel.freezeTime();
        ClientAdmission.expect(channel, client -> null);
        new HttpPort(spec, port, HttpServer.create()).accepted(channel);
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private void pass(Duration time) {
        channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        channel.runScheduledPendingTasks();
    }

    @Test
    void aClientWithoutAClientHelloIsClosedInTime() {
        ticker.advance(4, TimeUnit.SECONDS);
        pass(Duration.ofSeconds(4));
        assertThat(channel.isOpen()).isTrue();
        ticker.advance(1, TimeUnit.SECONDS);
        pass(Duration.ofSeconds(1));
        assertThat(channel.isOpen()).isFalse();
        assertThat(reports).singleElement().extracting(ServedRequest::reason)
                .isEqualTo(Reason.HANDSHAKE_TIMEOUT);
    }

    /** Once, that of a handler which had been replaced closed every connection after ten seconds. */
    @Test
    void noOtherTimerClosesAConnection() {
        pass(Duration.ofMinutes(10)); // by the loop's clock alone, which is not that of our limits
        assertThat(channel.isOpen()).isTrue();
        assertThat(reports).isEmpty();
    }
}
