package io.headgate.l4.kernel;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.headgate.l4.Engine;
import io.headgate.l4.ListenerSpec;
import io.headgate.pool.Address;
import io.headgate.pool.Member;
import io.headgate.pool.MemberSpec;
import io.headgate.pool.Outcome;
import io.headgate.testing.ListenerBuilder;
import io.headgate.testing.NetworkLab;
import io.headgate.testing.PoolBuilder;
import io.headgate.testing.RawServer;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The relay's connections to members from the client's address, with the routing that docs/layer4.md gives.
 */
class ClientSourceTest {

    private static final int PORT = 5432;
    private static final String CLIENT = NetworkLab.address(0, 2);
    private static final Engine CLIENTS = new Engine.Relay(List.of(), true);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static NetworkLab lab;
    private static RawServer server;
    private static DatagramSocket datagrams;

    /** The member says whom it sees. */
    @BeforeAll
    static void member() throws IOException {
        NetworkLab.assume();
        lab = new NetworkLab(1);
        lab.keepAnswers();
        server = lab.serve(1, PORT, socket -> {
            String seen = ((InetSocketAddress) socket.getRemoteSocketAddress()).getAddress().getHostAddress();
            socket.getOutputStream().write((seen + "\n").getBytes(US_ASCII));
            RawServer.ECHO.with(socket);
        });
        // The gateway asks where a member is in its own name; not yet in that of its new link-local address.
        lab.inGateway(() -> connect("fd77:1::2")).close();
        datagrams = lab.in(1, () -> new DatagramSocket(PORT));
        Thread.ofPlatform().daemon().start(() -> {
            DatagramPacket packet = new DatagramPacket(new byte[100], 100);
            while (!datagrams.isClosed()) {
                try {
                    datagrams.receive(packet);
                    byte[] seen = packet.getAddress().getHostAddress().getBytes(US_ASCII);
                    datagrams.send(new DatagramPacket(seen, seen.length, packet.getSocketAddress()));
                } catch (IOException e) {
                    return; // closed
                }
            }
        });
    }

    @AfterAll
    static void end() {
        if (lab != null) {
            server.close();
            datagrams.close();
            lab.close();
        }
    }

    private static MemberSpec member(String host) {
        return new MemberSpec(host, new Address(host, PORT), 1, 0, false, null);
    }

    private static Gateway relaying(ListenerBuilder listener, String... members) {
        List<MemberSpec> specs = new ArrayList<>();
        for (String member : members) {
            specs.add(member(member));
        }
        return Gateway.over(lab, PoolBuilder.pool("pool", specs).spec(),
                listener.spec().withEngine(CLIENTS));
    }

    private static ListenerBuilder tcp() {
        return ListenerBuilder.tcp("db", new Address("::", PORT), "pool");
    }

    private static Socket connect(String host) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(20_000);
        socket.connect(new InetSocketAddress(host, PORT), 20_000);
        return socket;
    }

    private static String line(Socket socket) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = socket.getInputStream().read(); next > ' '; next = socket.getInputStream().read()) {
            line.append((char) next);
        }
        return line.toString();
    }

    private static void seesTheClient(String host, String expected) throws IOException {
        List<Socket> open = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Socket socket = lab.in(0, () -> connect(host));
            assertThat(line(socket)).isEqualTo(expected);
            open.add(socket);
        }
        for (Socket socket : open) {
            socket.getOutputStream().write("still here\n".getBytes(US_ASCII));
            assertThat(line(socket)).isEqualTo("still");
            socket.close();
        }
    }

    @Test
    void membersSeeTheClientsAddress() throws IOException {
        try (Gateway _ = relaying(tcp(), NetworkLab.address(1, 2))) {
            seesTheClient(NetworkLab.address(0, 1), CLIENT);
        }
        try (Gateway _ = relaying(tcp(), "fd77:1::2")) {
            seesTheClient("fd77:0::1", "fd77:0:0:0:0:0:0:2");
        }
    }

    @Test
    void aMemberOfTheOtherIpVersionIsPassedOverAndNotBlamed() throws IOException {
        try (Gateway gateway = relaying(tcp(), "fd77:1::2", NetworkLab.address(1, 2))) {
            seesTheClient(NetworkLab.address(0, 1), CLIENT);
            seesTheClient("fd77:0::1", "fd77:0:0:0:0:0:0:2");
            assertThat(gateway.pool().members())
                    .allMatch(member -> member.count(Outcome.CONNECT_FAILED) == 0);
        }
    }

    /** Another client's may be right, and a member that is blamed is lost for all. */
    @Test
    void aClientWhoseWayBackIsWrongDoesNotBlameMembers() throws IOException {
        ListenerSpec udp = ListenerBuilder.udp("dns", new Address("0.0.0.0", PORT), "pool")
                .withUdp(1, Duration.ofMillis(100)).spec().withEngine(CLIENTS);
        try (Gateway gateway = Gateway.over(lab,
                PoolBuilder.pool("pool", member(NetworkLab.address(1, 2))).spec(),
                tcp().spec().withEngine(CLIENTS), udp)) {
            Member member = gateway.member(0);
            lab.ignoreAnswers();
            try (Socket socket = lab.in(0, () -> connect(NetworkLab.address(0, 1)));
                    DatagramSocket client = lab.in(0, DatagramSocket::new)) {
                await().atMost(PATIENCE).until(() -> member.count(Outcome.UNKNOWN) > 0);
                assertThatThrownBy(() -> assertThat(socket.getInputStream().read()).isNotNegative());
                long before = member.count(Outcome.UNKNOWN);
                client.send(new DatagramPacket(new byte[100], 1,
                        InetAddress.getByName(NetworkLab.address(0, 1)), PORT));
                await().atMost(PATIENCE).until(() -> member.count(Outcome.UNKNOWN) > before);
            } finally {
                lab.keepAnswersAgain();
            }
            assertThat(List.of(member.count(Outcome.CONNECT_FAILED), member.count(Outcome.TIMEOUT)))
                    .containsExactly(0L, 0L);
        }
    }

    @Test
    void aMemberThatRefusesIsBlamed() throws IOException {
        MemberSpec refuses = new MemberSpec("refuses", new Address(NetworkLab.address(1, 2), PORT + 1), 1, 0,
                false, null);
        try (Gateway gateway = Gateway.over(lab, PoolBuilder.pool("pool", refuses).spec(),
                tcp().spec().withEngine(CLIENTS));
                SocketChannel client = lab.in(0, SocketChannel::open)) {
            client.configureBlocking(false); // it may be reset before it knows that it is connected
            client.connect(new InetSocketAddress(NetworkLab.address(0, 1), PORT));
            await().atMost(PATIENCE).until(() -> gateway.member(0).count(Outcome.CONNECT_FAILED) > 0);
        }
    }

    @Test
    void whoComesByLoopbackIsThisMachine() throws IOException {
        try (Gateway gateway = relaying(tcp(), NetworkLab.address(1, 2));
                Socket socket = lab.inGateway(() -> new Socket(InetAddress.getLoopbackAddress(), PORT))) {
            assertThat(gateway.listener().bound()).isNotNull();
            assertThat(line(socket)).isEqualTo(NetworkLab.address(1, 1));
        }
    }

    @Test
    void membersSeeTheSendersOfDatagrams() throws IOException {
        try (Gateway _ = relaying(ListenerBuilder.udp("db", new Address("0.0.0.0", PORT), "pool"),
                "fd77:1::2",
                NetworkLab.address(1, 2))) {
            for (int i = 0; i < 5; i++) {
                try (DatagramSocket client = lab.in(0, DatagramSocket::new)) {
                    client.setSoTimeout(20_000);
                    DatagramPacket packet = new DatagramPacket(new byte[100], 1,
                            InetAddress.getByName(NetworkLab.address(0, 1)), PORT);
                    client.send(packet);
                    packet.setLength(100);
                    client.receive(packet);
                    assertThat(new String(packet.getData(), 0, packet.getLength(), US_ASCII))
                            .isEqualTo(CLIENT);
                }
            }
        }
    }
}
