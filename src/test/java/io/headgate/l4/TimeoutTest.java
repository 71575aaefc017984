package io.headgate.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.net.Transport;
import io.headgate.pool.Outcome;
import io.headgate.pool.Reason;
import io.headgate.testing.RawServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("io.headgate.l4.Lab#transports")
class TimeoutTest {

    private final Transport transport;

    TimeoutTest(Transport transport) {
        this.transport = transport;
    }

    @Test
    void silenceEndsAConnection() throws IOException {
        try (RawServer backend = new RawServer(RawServer.ECHO);
                Lab lab = lab(backend, new ListenerTimeouts(null, null, Lab.SHORT, null));
                Socket client = lab.connect()) {
            client.getOutputStream().write(7);
            assertThat(client.getInputStream().read()).isEqualTo(7);
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            ClosedConnection closed = lab.firstClosed();
            assertThat(closed.reason()).isEqualTo(Reason.IDLE_TIMEOUT);
            assertThat(closed.outcome()).isEqualTo(Outcome.UNKNOWN);
            assertThat(Duration.ofNanos(closed.nanos())).isGreaterThanOrEqualTo(Lab.SHORT);
        }
    }

    /** Ten exchanges that take longer than the limit in all, but never one by one. */
    @Test
    void whoTalksNowAndThenIsNotSilent() throws IOException {
        try (RawServer backend = new RawServer(socket -> {
            socket.setSoTimeout(100);
            for (int i = 0; i < 10; i++) {
                assertThatThrownBy(() -> socket.getInputStream().read());
                socket.getOutputStream().write(i);
            }
        });
                Lab lab = lab(backend, new ListenerTimeouts(null, null, Duration.ofMillis(500), null));
                Socket client = lab.connect()) {
            assertThat(client.getInputStream().readAllBytes()).hasSize(10);
        }
    }

    @Test
    void aClientThatTakesNothingEndsAConnection() throws IOException {
        try (RawServer backend = new RawServer(socket -> {
            byte[] chunk = new byte[64 * 1024];
            for (;;) {
                socket.getOutputStream().write(chunk);
            }
        });
                Lab lab = lab(backend, new ListenerTimeouts(null, Lab.SHORT, Duration.ZERO, null));
                Socket client = new Socket()) {
            client.setReceiveBufferSize(16 * 1024);
            client.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), lab.address().getPort()));
            assertThat(lab.firstClosed().reason()).isEqualTo(Reason.CLIENT_STALLED);
            assertThat(lab.firstClosed().outcome()).isEqualTo(Outcome.UNKNOWN);
        }
    }

    /** A member that does nothing until then. */
    private static void hold(CountDownLatch over) throws IOException {
        try {
            over.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void aMemberThatTakesNothingEndsAConnectionAndIsToBlame() throws IOException {
        CountDownLatch over = new CountDownLatch(1);
        try (RawServer backend = new RawServer(socket -> hold(over));
                Lab lab = lab(backend, new ListenerTimeouts(null, Lab.SHORT, Duration.ZERO, null));
                Socket client = lab.connect()) {
            byte[] chunk = new byte[64 * 1024];
            assertThatThrownBy(() -> {
                for (;;) {
                    client.getOutputStream().write(chunk);
                }
            }).isInstanceOf(SocketException.class);
            assertThat(lab.firstClosed().reason()).isEqualTo(Reason.SEND_TIMEOUT);
            assertThat(lab.firstClosed().outcome()).isEqualTo(Outcome.TIMEOUT);
            over.countDown();
        }
    }

    @Test
    void aHalfClosedConnectionHasItsOwnLimit() throws IOException {
        CountDownLatch over = new CountDownLatch(1);
        try (RawServer backend = new RawServer(socket -> hold(over));
                Lab lab = lab(backend, new ListenerTimeouts(null, null, Duration.ofMinutes(1), Lab.SHORT));
                Socket client = lab.connect()) {
            client.shutdownOutput();
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThat(lab.firstClosed().reason()).isEqualTo(Reason.IDLE_TIMEOUT);
            over.countDown();
        }
    }

    @Test
    void aClientThatResetsAfterItsHalfCloseIsNoticed() throws IOException {
        CountDownLatch over = new CountDownLatch(1);
        try (RawServer backend = new RawServer(socket -> {
            socket.getOutputStream().write(1);
            hold(over);
        }); Lab lab = lab(backend, new ListenerTimeouts(null, null, Duration.ofSeconds(1), null))) {
            try (Socket client = lab.connect()) {
                client.shutdownOutput();
                client.getInputStream().read();
                client.setSoLinger(true, 0);
            }
            assertThat(lab.firstClosed().reason())
                    .isEqualTo(transport == Transport.EPOLL ? null : Reason.IDLE_TIMEOUT);
            over.countDown();
        }
    }

    private Lab lab(RawServer backend, ListenerTimeouts timeouts) {
        return new Lab(transport).over(backend).listening(Lab.spec().withTimeouts(timeouts));
    }
}
