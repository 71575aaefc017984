package io.headgate.packaging;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import javax.net.ServerSocketFactory;
import org.jspecify.annotations.Nullable;

/** A member of whatever pool: one port that answers HTTP over TCP, or over TLS, and echoes datagrams. */
final class Backend implements AutoCloseable {

    static final String BODY = "from the member";

    private final ServerSocket server;
    private final DatagramSocket datagrams;

    Backend(@Nullable TlsSecret tls) {
        try {
            ServerSocketFactory factory = tls == null
                    ? ServerSocketFactory.getDefault()
                    : tls.context().getServerSocketFactory();
            server = factory.createServerSocket(0, 100, InetAddress.getLoopbackAddress());
            datagrams = new DatagramSocket(server.getLocalPort(), InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
        Thread.ofVirtual().start(this::echo);
    }

    String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private static void serve(Socket socket) {
        try (socket) {
            var in = new BufferedReader(
                    new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.isEmpty()) {
                    socket.getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s".formatted(BODY.length(),
                                    BODY).getBytes(StandardCharsets.ISO_8859_1));
                }
            }
        } catch (IOException e) {
            // the peer has gone: a check by TCP alone, or the end of the test
        }
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
    public void close() throws IOException {
        server.close();
        datagrams.close();
    }
}
