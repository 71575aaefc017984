package io.headgate.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.headgate.net.Transport;
import io.headgate.pool.Address;
import io.headgate.pool.MemberSpec;
import io.headgate.pool.Timeouts;
import io.headgate.testing.ListenerBuilder;
import io.headgate.testing.Ports;
import io.headgate.testing.RawServer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("io.headgate.l4.Lab#transports")
class PortRangeTest {

    private static final String HOST = "127.0.0.1";
    /** Where members of tests listen on the very ports that the listener has. */
    private static final String OTHER_HOST = "127.0.0.2";

    private final Transport transport;

    PortRangeTest(Transport transport) {
        this.transport = transport;
    }

    @Test
    void itIsReadAndWrittenTheSameWay() {
        for (String text : List.of("0.0.0.0:7000-7010", "[::1]:7000-7999", "db-1.example.org:5432",
                "db-1:5432-5433", "127.0.0.1:0")) {
            assertThat(PortRange.parse(text)).hasToString(text);
        }
        assertThat(PortRange.parse("a:5-5")).hasToString("a:5");
        assertThat(PortRange.parse("[::1]:7000-7002").addresses()).hasSize(3)
                .endsWith(new Address("::1", 7002));
    }

    @Test
    void whatIsNoneIsToldWithWhatWasExpected() {
        for (String text : List.of("a:10-9", "a:0-9", "a:65530-65536", "a:1-1001", "a:1-", "a:-9", "a:1-x",
                "a:1-2-3", "a-b", "1-2", "a:1-99999999999", "a:1- 2", "")) {
            assertThatThrownBy(() -> PortRange.parse(text)).as(text)
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("(expected: ");
        }
        assertThat(PortRange.parse("a:1-1000").addresses()).hasSize(PortRange.MOST);
    }

    @Test
    void everyPortIsServedAndCountedByTheOneListener() throws IOException {
        int first = Ports.free(5);
        try (RawServer backend = new RawServer(RawServer.ECHO);
                Lab lab = new Lab(transport).over(backend).listening(spec(first, first + 4))) {
            for (int port = first; port < first + 5; port++) {
                echo(port);
            }
            assertThat(lab.listeners.all()).hasSize(1);
            assertThat(lab.listener().accepted()).isEqualTo(5);
            assertThat(lab.address().getPort()).isEqualTo(first);
        }
    }

    @Test
    void aPauseHoldsForEveryPort() throws IOException {
        int first = Ports.free(2);
        try (RawServer backend = new RawServer(RawServer.ECHO);
                Lab lab = new Lab(transport).over(backend).listening(spec(first, first + 1))) {
            lab.listeners.pause("test");
            try (Socket one = Lab.connect(first); Socket two = Lab.connect(first + 1)) {
                one.getOutputStream().write(7);
                two.getOutputStream().write(8);
                assertThat(lab.listener().accepted()).isZero();
                lab.listeners.resume("test");
                assertThat(one.getInputStream().read()).isEqualTo(7);
                assertThat(two.getInputStream().read()).isEqualTo(8);
            }
        }
    }

    @Test
    void aRowThatGrowsOrShrinksKeepsThePortsThatStay() throws IOException {
        int first = Ports.free(6);
        try (RawServer backend = new RawServer(RawServer.ECHO);
                Lab lab = new Lab(transport).over(backend).listening(spec(first, first + 3));
                Socket stays = Lab.connect(first + 2);
                Socket leaves = Lab.connect(first)) {
            await().until(() -> lab.table.size() == 2);
            lab.listeners.pause("test");
            try (Socket queued = Lab.connect(first + 2)) { // would be reset if its socket were closed
                queued.getOutputStream().write(9);
                lab.listening(spec(first + 2, first + 5));
                lab.listeners.resume("test");
                assertThat(queued.getInputStream().read()).isEqualTo(9);
            }
            for (int port = first + 2; port < first + 6; port++) {
                echo(port);
            }
            for (int port : List.of(first, first + 1)) {
                await().untilAsserted(() -> assertThatThrownBy(() -> Lab.connect(port))
                        .isInstanceOf(ConnectException.class));
            }
            for (Socket open : List.of(stays, leaves)) { // that of a port that is gone goes on, too
                open.getOutputStream().write(5);
                assertThat(open.getInputStream().read()).isEqualTo(5);
            }
            assertThat(lab.listener().accepted()).isEqualTo(7);
        }
    }

    @Test
    void aTakenPortAmongThemChangesNothing() throws IOException {
        int first = Ports.free(3);
        try (RawServer backend = new RawServer(RawServer.ECHO);
                ServerSocket taken = new ServerSocket(first + 2, 1, InetAddress.ofLiteral(HOST));
                Lab lab = new Lab(transport).over(backend).listening(spec(first, first))) {
            assertThatExceptionOfType(BindFailedException.class)
                    .isThrownBy(() -> lab.apply(spec(first, first + 2)))
                    .satisfies(failed -> assertThat(failed.faults()).singleElement()
                            .satisfies(fault -> assertThat(fault.address().port())
                                    .isEqualTo(taken.getLocalPort())));
            echo(first);
            await().untilAsserted(() -> assertThatThrownBy(() -> Lab.connect(first + 1))
                    .isInstanceOf(ConnectException.class));
        }
    }

    @Test
    void theMembersPortCanBeTheOneThatTheClientConnectedTo() throws IOException {
        int first = Ports.free(2);
        InetAddress host = InetAddress.ofLiteral(OTHER_HOST);
        try (ServerSocket one = new ServerSocket(first, 10, host);
                ServerSocket two = new ServerSocket(first + 1, 10, host);
                Lab lab = new Lab(transport)
                        .over(Timeouts.DEFAULT, List.of(MemberSpec.of(new Address(OTHER_HOST, 1))))
                        .listening(spec(first, first + 1).withSamePort())) {
            assertThat(lab.listener().spec().samePort()).isTrue();
            for (ServerSocket server : List.of(two, one)) {
                try (Socket client = Lab.connect(server.getLocalPort()); Socket member = server.accept()) {
                    client.getOutputStream().write(7);
                    assertThat(member.getInputStream().read()).isEqualTo(7);
                }
            }
        }
    }

    @Test
    void theSameHoldsForDatagrams() throws IOException {
        int first = Ports.free(2);
        try (DatagramSocket member = new DatagramSocket(first + 1, InetAddress.ofLiteral(OTHER_HOST));
                DatagramSocket client = new DatagramSocket();
                Lab lab = new Lab(transport)
                        .over(Timeouts.DEFAULT, List.of(MemberSpec.of(new Address(OTHER_HOST, 1))))
                        .listening(ListenerBuilder.udp("test", new Address(HOST, first), Lab.POOL)
                                .withBind(new PortRange(new Address(HOST, first), first + 1))
                                .withSamePort())) {
            assertThat(lab.address().getPort()).isEqualTo(first);
            member.setSoTimeout(10_000);
            client.setSoTimeout(10_000);
            client.send(new DatagramPacket(new byte[]{1, 2}, 2, InetAddress.ofLiteral(HOST), first + 1));
            DatagramPacket packet = new DatagramPacket(new byte[10], 10);
            member.receive(packet);
            member.send(packet);
            client.receive(packet);
            assertThat(packet.getLength()).isEqualTo(2);
            assertThat(packet.getPort()).isEqualTo(first + 1);
        }
    }

    private static ListenerBuilder spec(int first, int last) {
        return Lab.spec().withBind(new PortRange(new Address(HOST, first), last));
    }

    private static void echo(int port) throws IOException {
        try (Socket client = Lab.connect(port)) {
            client.getOutputStream().write(7);
            assertThat(client.getInputStream().read()).isEqualTo(7);
        }
    }
}
