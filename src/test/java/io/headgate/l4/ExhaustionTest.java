package io.headgate.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.net.Transport;
import io.headgate.pool.Outcome;
import io.headgate.pool.Reason;
import io.headgate.testing.Hoard;
import io.headgate.testing.RawServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The process runs out of file descriptors, and gets some back. */
@ParameterizedClass
@MethodSource("io.headgate.l4.Lab#transports")
class ExhaustionTest {

    private final Transport transport;

    ExhaustionTest(Transport transport) {
        this.transport = transport;
    }

    @Test
    void openConnectionsGoOnAndNewOnesAreServedOnceDescriptorsAreFree() throws IOException {
        List<SocketChannel> waiting = new ArrayList<>();
        try (Hoard hoard = new Hoard();
                RawServer backend = new RawServer(RawServer.ECHO);
                Lab lab = new Lab(transport).over(backend).listening();
                Socket open = lab.connect()) {
            exchange(open);
            loadClasses(lab);
            for (int i = 0; i < 5; i++) {
                waiting.add(SocketChannel.open()); // has its descriptor before there are none
            }
            hoard.takeAll();
            for (SocketChannel client : waiting) {
                client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(),
                        lab.address().getPort()));
            }
            exchange(open);
            hoard.giveOneBack(); // one is enough to accept with, but not to reach a member
            await().until(() -> lab.connections.closed.size() >= 2);
            exchange(open);
            hoard.giveAllBack();
            try (Socket late = lab.connect()) {
                exchange(late);
            }
            exchange(open);
            assertThat(lab.count(Outcome.CONNECT_FAILED)).isZero();
        } finally {
            for (SocketChannel client : waiting) {
                client.close();
            }
        }
    }

    /** In production they come from a jar that is open already. */
    private static void loadClasses(Lab lab) throws IOException {
        try (Socket client = lab.connect()) {
            exchange(client);
            lab.table.close(c -> c.client().equals(client.getLocalSocketAddress()), Reason.INTERNAL_ERROR);
            await().until(() -> lab.connections.closed.size() == 1);
        }
    }

    private static void exchange(Socket client) throws IOException {
        client.getOutputStream().write(7);
        assertThat(client.getInputStream().read()).isEqualTo(7);
    }
}
