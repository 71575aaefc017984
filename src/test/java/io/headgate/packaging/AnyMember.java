package io.headgate.packaging;

import io.headgate.testing.RawServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/** A member of whatever pool: one port that answers HTTP over TCP, or over TLS, and echoes datagrams. */
final class AnyMember implements AutoCloseable {

    private static final RawServer.Behaviour ANSWERING = RawServer.answering("from the member");

    private final RawServer server;
    private final DatagramSocket datagrams;

    AnyMember(@Nullable TlsSecret tls) {
        server = new RawServer(tls == null ? ANSWERING : RawServer.secured(tls.context(), ANSWERING));
        try {
            datagrams = new DatagramSocket(server.port(), InetAddress.getLoopbackAddress());
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::echo);
    }

    String address() {
        return server.address();
    }

    private void echo() {
        DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);
        while (!datagrams.isClosed()) {
            try {
                packet.setLength(1500);
                datagrams.receive(packet);
                datagrams.send(packet);
            } catch (SocketException e) {
                return; // closed
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        server.close();
        datagrams.close();
    }
}
