package io.headgate.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.headgate.net.Transport;
import io.headgate.pool.Address;
import io.headgate.testing.ListenerBuilder;
import io.headgate.testing.Ports;
import io.headgate.testing.RawServer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("io.headgate.l4.Lab#transports")
class ListenersTest {

    private final Transport transport;

    ListenersTest(Transport transport) {
        this.transport = transport;
    }

    @Test
    void everyFailureToBindIsReportedAndNothingIsChanged() throws IOException {
        try (RawServer backend = new RawServer(RawServer.ECHO);
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Lab lab = new Lab(transport).over(backend).listening()) {
            Address busy = new Address("127.0.0.1", taken.getLocalPort());
            Address foreign = new Address("192.0.2.1", 5000);
            Address free = new Address("127.0.0.1", Ports.free());
            Listener before = lab.listener();
            assertThatExceptionOfType(BindFailedException.class)
                    .isThrownBy(() -> lab.apply(ListenerBuilder.tcp("a", busy, Lab.POOL),
                            ListenerBuilder.tcp("b", foreign, Lab.POOL),
                            ListenerBuilder.tcp("c", free, Lab.POOL),
                            ListenerBuilder.tcp("d", free, Lab.POOL)))
                    .satisfies(failed -> {
                        assertThat(failed.faults()).extracting(BindFault::listener).containsExactly("a",
                                "b", "d");
                        assertThat(failed.faults()).extracting(BindFault::address).containsExactly(busy,
                                foreign, free);
                        assertThat(failed.faults().getFirst().cause()).contains("in use");
                    });
            assertThat(lab.listeners.all()).containsExactly(before);
            echo(lab.address());
            assertNobodyListensOn(free.port());
        }
    }

    @Test
    void aChangeThatKeepsTheAddressKeepsTheSocketAndItsConnections() throws Exception {
        try (RawServer backend = new RawServer(RawServer.ECHO);
                Lab lab = new Lab(transport).over(backend).listening();
                Socket client = lab.connect()) {
            await().until(() -> lab.table.size() == 1);
            InetSocketAddress address = lab.address();
            Listener listener = lab.listener();
            lab.apply(Lab.spec().withLimits(new ListenerLimits(50, 0)));
            assertThat(lab.listener()).isSameAs(listener);
            assertThat(lab.address()).isEqualTo(address);
            assertThat(listener.spec().limits().maxConnections()).isEqualTo(50);
            client.getOutputStream().write(7);
            assertThat(client.getInputStream().read()).isEqualTo(7);
        }
    }

    @Test
    void aListenerThatMovesKeepsItsConnections() throws Exception {
        try (RawServer backend = new RawServer(RawServer.ECHO);
                Lab lab = new Lab(transport).over(backend).listening();
                Socket client = lab.connect()) {
            await().until(() -> lab.table.size() == 1);
            InetSocketAddress old = lab.address();
            int port = Ports.free();
            lab.apply(ListenerBuilder.tcp("test", new Address("127.0.0.1", port), Lab.POOL));
            assertThat(lab.address().getPort()).isEqualTo(port);
            echo(lab.address());
            assertNobodyListensOn(old.getPort());
            client.getOutputStream().write(7);
            assertThat(client.getInputStream().read()).isEqualTo(7);
            assertThat(lab.listener().connections()).isNotEmpty();
        }
    }

    @Test
    void listenersMaySwapTheirAddresses() throws Exception {
        try (RawServer backend = new RawServer(RawServer.ECHO); Lab lab = new Lab(transport).over(backend)) {
            Address a = new Address("127.0.0.1", Ports.free());
            Address b = new Address("127.0.0.1", Ports.free());
            lab.listening(ListenerBuilder.tcp("one", a, Lab.POOL), ListenerBuilder.tcp("two", b, Lab.POOL));
            lab.listening(ListenerBuilder.tcp("one", b, Lab.POOL), ListenerBuilder.tcp("two", a, Lab.POOL));
            Listener one = lab.listeners.find("one").orElseThrow();
            InetSocketAddress bound = Objects.requireNonNull(one.bound());
            assertThat(bound.getPort()).isEqualTo(b.port());
            echo(bound);
            assertThat(one.accepted()).isEqualTo(1);
        }
    }

    @Test
    void nobodyIsAcceptedBeforeTheCommit() throws Exception {
        try (RawServer backend = new RawServer(RawServer.ECHO); Lab lab = new Lab(transport).over(backend)) {
            Address address = new Address("127.0.0.1", Ports.free());
            Listeners.Change change = lab.listeners
                    .prepare(List.of(ListenerBuilder.tcp("x", address, Lab.POOL).spec()));
            assertThat(lab.listeners.all()).isEmpty();
            try (Socket early = Lab.connect(address.port())) {
                change.commit();
                early.getOutputStream().write(7);
                assertThat(early.getInputStream().read()).isEqualTo(7);
            }
            assertThatThrownBy(change::rollback).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aRollbackFreesWhatWasBound() throws Exception {
        try (Lab lab = new Lab(transport)) {
            Address address = new Address("127.0.0.1", Ports.free());
            List<ListenerSpec> specs = List.of(ListenerBuilder.tcp("x", address, Lab.POOL).spec());
            lab.listeners.prepare(specs).rollback();
            assertNobodyListensOn(address.port());
            lab.listeners.apply(specs);
        }
    }

    @Test
    void aPausedListenerLeavesClientsWaiting() throws IOException {
        try (RawServer backend = new RawServer(RawServer.ECHO);
                Lab lab = new Lab(transport).over(backend).listening()) {
            assertThat(lab.listeners.pause("test")).isTrue();
            assertThat(lab.listeners.pause("other")).isFalse();
            assertThat(lab.listener().paused()).isTrue();
            try (Socket client = lab.connect()) {
                client.getOutputStream().write(7);
                client.setSoTimeout(200);
                assertThatThrownBy(() -> client.getInputStream().read())
                        .isInstanceOf(SocketTimeoutException.class);
                assertThat(lab.listener().accepted()).isZero();
                lab.listeners.resume("test");
                client.setSoTimeout(10_000);
                assertThat(client.getInputStream().read()).isEqualTo(7);
            }
        }
    }

    private static void echo(InetSocketAddress address) throws IOException {
        try (Socket client = Lab.connect(address)) {
            client.getOutputStream().write(7);
            assertThat(client.getInputStream().read()).isEqualTo(7);
        }
    }

    /** The JDK's selectors free a port a moment after it was closed. */
    private static void assertNobodyListensOn(int port) {
        await().untilAsserted(
                () -> assertThatThrownBy(() -> Lab.connect(port)).isInstanceOf(ConnectException.class));
    }
}
