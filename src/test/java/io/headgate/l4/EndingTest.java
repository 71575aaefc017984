package io.headgate.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.headgate.pool.Intent;
import io.headgate.pool.Member;
import io.headgate.pool.Operator;
import io.headgate.pool.Outcome;
import io.headgate.pool.Probe;
import io.headgate.pool.Reason;
import io.headgate.testing.PoolBuilder;
import io.headgate.testing.RawServer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Connections that we end. */
class EndingTest {

    @Test
    void anEvictedMembersConnectionsAreClosedAndNoOthers() throws IOException {
        try (RawServer one = new RawServer(RawServer.ECHO);
                RawServer two = new RawServer(RawServer.ECHO);
                Lab lab = new Lab().over(one, two).listening();
                Socket first = lab.connect();
                Socket second = lab.connect()) {
            await().until(() -> one.accepted() == 1 && two.accepted() == 1);
            Member out = lab.pool().members().getFirst();
            lab.pool().operate(out, new Operator(Intent.MAINTENANCE, null, null, null));
            ClosedConnection closed = lab.firstClosed();
            assertThat(closed.reason()).isEqualTo(Reason.MAINTENANCE);
            assertThat(closed.member()).isSameAs(out);
            assertThat(lab.table.size()).isEqualTo(1);
            List<Socket> open = List.of(first, second).stream()
                    .filter(s -> s.getLocalPort() != closed.client().getPort()).toList();
            open.getFirst().getOutputStream().write(7);
            assertThat(open.getFirst().getInputStream().read()).isEqualTo(7);
            assertThat(out.inFlight()).isZero();
        }
    }

    @Test
    void aMemberThatGoesDownKeepsItsConnectionsUnlessThePoolClosesThem() throws IOException {
        try (RawServer backend = new RawServer(RawServer.ECHO);
                Lab lab = new Lab().over(backend).listening();
                Socket client = lab.connect()) {
            await().until(() -> backend.accepted() == 1);
            Member member = lab.pool().members().getFirst();
            lab.pool().probed(member, Probe.DOWN, "test");
            client.getOutputStream().write(7);
            assertThat(client.getInputStream().read()).isEqualTo(7);
            lab.pool().probed(member, Probe.UP, "test");
            lab.pools.apply(List.of(new PoolBuilder(lab.pool().spec()).closingOnDown().spec()));
            lab.pool().operate(member, new Operator(Intent.DRAIN, null, null, null));
            lab.pool().probed(member, Probe.DOWN, "test");
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThat(lab.firstClosed().reason()).isEqualTo(Reason.MEMBER_DOWN);
            assertThat(lab.count(Outcome.UNKNOWN)).isEqualTo(1);
        }
    }

    @Test
    void anOperatorMayCloseOneConnection() throws IOException {
        try (RawServer backend = new RawServer(RawServer.ECHO);
                Lab lab = new Lab().over(backend).listening();
                Socket client = lab.connect()) {
            await().until(() -> lab.listener().connections().size() == 1);
            lab.listener().connections().getFirst().close(Reason.CLOSED_BY_OPERATOR);
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThat(lab.firstClosed().reason()).isEqualTo(Reason.CLOSED_BY_OPERATOR);
            assertThat(lab.count(Outcome.UNKNOWN)).isEqualTo(1);
        }
    }

    @Test
    void stoppingWaitsForOpenConnections() throws IOException {
        try (RawServer backend = new RawServer(RawServer.ECHO);
                Lab lab = new Lab().over(backend).listening()) {
            InetSocketAddress address = lab.address();
            CompletableFuture<?> stopped;
            try (Socket client = lab.connect()) {
                await().until(() -> lab.table.size() == 1);
                stopped = lab.listeners.stop(Duration.ofSeconds(20));
                assertThatThrownBy(() -> Lab.connect(address)).isInstanceOf(ConnectException.class);
                client.getOutputStream().write(7);
                assertThat(client.getInputStream().read()).isEqualTo(7);
                assertThat(stopped).isNotDone();
            }
            await().until(stopped::isDone);
            assertThat(lab.firstClosed().reason()).isNull();
        }
    }

    @Test
    void stoppingEndsWhatTakesTooLong() throws IOException {
        try (RawServer backend = new RawServer(RawServer.ECHO);
                Lab lab = new Lab().over(backend).listening();
                Socket client = lab.connect()) {
            await().until(() -> lab.table.size() == 1);
            lab.listeners.stop(Duration.ofMillis(100)).join();
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThat(lab.firstClosed().reason()).isEqualTo(Reason.SHUTDOWN);
        }
    }

    @Test
    void aRemovedListenersConnectionsGoOnForTheDrainTimeout() throws Exception {
        try (RawServer backend = new RawServer(RawServer.ECHO);
                Lab lab = new Lab().over(backend).listening();
                Socket client = lab.connect()) {
            await().until(() -> lab.table.size() == 1);
            lab.listeners.apply(List.of());
            client.getOutputStream().write(7);
            assertThat(client.getInputStream().read()).isEqualTo(7);
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThat(lab.firstClosed().reason()).isEqualTo(Reason.DRAIN_TIMEOUT);
        }
    }
}
