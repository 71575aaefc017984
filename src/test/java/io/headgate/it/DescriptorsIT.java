package io.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.Pause;
import io.headgate.testing.Ports;
import io.headgate.testing.RawServer;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole process runs out of file descriptors, and gets some back. */
@NeedsTool("prlimit")
class DescriptorsIT {

    private static final int FREE = 12;
    private static final int CLIENTS = 30;
    private static final Duration LONG = Duration.ofSeconds(4);
    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsOpenGoesOnAndNewConnectionsAreServedOnceDescriptorsAreFree(boolean fastPath) throws Exception {
        int port = Ports.free();
        try (RawServer echo = new RawServer(
                RawServer.ECHO);
                RawServer web = new RawServer(RawServer.answering("hello"));
                DatagramSocket datagrams = answering();
                PackagedHeadgate headgate = PackagedHeadgate.with(folder,
                        """
                                headgate:
                                  fast-path.enabled: %s
                                  pools:
                                    echo: { members: [ "127.0.0.1:%d" ], health: { check: tcp, interval: 200ms } }
                                    web: { members: [ "127.0.0.1:%d" ], health: { check: http, path: /, interval: 200ms } }
                                    command:
                                      members: [ "127.0.0.1:9" ]
                                      health: { check: command, command: [ "/bin/true" ], interval: 200ms }
                                    datagrams:
                                      members: [ "127.0.0.1:%d" ]
                                      health: { check: udp, send: x, interval: 200ms }
                                  listeners:
                                    echo: { bind: "127.0.0.1:%d", pool: echo }
                                    datagrams: { bind: "127.0.0.1:%5$d", protocol: udp, pool: datagrams }
                                spring.cloud.gateway.server.webflux.routes:
                                  - { id: web, uri: "lb://web", predicates: [ "Path=/**" ] }
                                """
                                .formatted(fastPath, echo.port(), web.port(), datagrams.getLocalPort(),
                                        port));
                Clients open = new Clients(headgate, port)) {
            await().untilAsserted(() -> assertAllAreUp(headgate));
            open.areServed();
            Tool.run(folder, "prlimit", "--pid", Long.toString(headgate.pid()),
                    "--nofile=" + (headgate.descriptors() + FREE) + ":");
            List<Wire> crowd = crowd(headgate, port);
            try {
                Duration before = headgate.cpu();
                Pause.of(LONG, "in which it could spin");
                assertThat(headgate.cpu().minus(before)).as("it does not spin").isLessThan(LONG.dividedBy(3));
                open.goOn(false);
                assertThat(headgate.log()).contains("Too many open files");
            } finally {
                for (Wire client : crowd) {
                    client.close();
                }
            }
            await().atMost(Duration.ofSeconds(20)).ignoreExceptions().untilAsserted(() -> {
                try (Clients late = new Clients(headgate, port)) {
                    late.areServed();
                }
            });
            open.areServed();
            assertAllAreUp(headgate);
            assertThat(headgate.log()).as("no check says a word against a member")
                    .doesNotContain("check failed", "-> DOWN");
        }
    }

    /** The system takes them, if nobody else does. Each wants something of its own. */
    private static List<Wire> crowd(PackagedHeadgate headgate, int port) throws IOException {
        List<Wire> crowd = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            crowd.add(new Wire(port));
            crowd.add(new Wire(headgate.port()).send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
            crowd.add(new Wire(headgate.managementPort()));
        }
        return crowd;
    }

    private static void assertAllAreUp(PackagedHeadgate headgate) {
        List<?> states = (List<?>) headgate.manage("/actuator/pools", "$.pools[*].members[*].state");
        assertThat(states).hasSize(4).allSatisfy(state -> assertThat(state).hasToString("UP"));
    }

    private static DatagramSocket answering() throws IOException {
        DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> answer(socket));
        return socket;
    }

    private static void answer(DatagramSocket socket) {
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        try {
            for (;;) {
                socket.receive(packet);
                socket.send(packet);
            }
        } catch (IOException e) {
            // closed
        }
    }

    /** One for each kind of listener. */
    private static final class Clients implements AutoCloseable {

        private final Wire stream;
        private final Wire requests;
        private final Wire management;
        private final DatagramSocket datagrams = new DatagramSocket();

        Clients(PackagedHeadgate headgate, int port) throws IOException {
            stream = new Wire(port);
            requests = new Wire(headgate.port());
            management = new Wire(headgate.managementPort());
            datagrams.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            for (Socket socket : List.of(stream.socket(), requests.socket(), management.socket())) {
                socket.setSoTimeout(2_000);
            }
            datagrams.setSoTimeout(2_000);
        }

        void areServed() throws IOException {
            goOn(true);
        }

        /**
         * Uses every connection once more.
         *
         * @param answered whether a connection to the member is surely left for the request; without
         *            descriptors, one that was left may have been closed for a request of another event loop,
         *            or Reactor's pool may have to open another one, and then the client is told so and keeps
         *            its connection
         */
        void goOn(boolean answered) throws IOException {
            stream.socket().getOutputStream().write(7);
            assertThat(stream.in().read()).isEqualTo(7);
            requests.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            String status = requests.readUntil("\n").strip();
            if (answered || status.endsWith(" OK")) {
                assertThat(status).isEqualTo("HTTP/1.1 200 OK");
                requests.readUntil("hello");
            } else {
                assertThat(requests.readUntil("}")).contains("\"internal-error\"");
                requests.readUntil("\n");
            }
            management.send("GET /actuator/health/liveness HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(management.readUntil("},\"status\":\"UP\"}")).startsWith("HTTP/1.1 200");
            datagrams.send(new DatagramPacket(new byte[]{8}, 1));
            DatagramPacket answer = new DatagramPacket(new byte[1], 1);
            datagrams.receive(answer);
            assertThat(answer.getData()).containsExactly(8);
        }

        @Override
        public void close() throws IOException {
            datagrams.close();
            management.close();
            requests.close();
            stream.close();
        }
    }
}
