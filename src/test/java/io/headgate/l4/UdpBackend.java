package io.headgate.l4;

import io.headgate.pool.Address;
import io.headgate.pool.MemberSpec;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.util.concurrent.atomic.AtomicInteger;

/** A member that answers each datagram with the same one, some number of times. */
final class UdpBackend implements AutoCloseable {

    final AtomicInteger received = new AtomicInteger();
    private final DatagramSocket socket;
    private volatile int answers;

    UdpBackend(int answers) {
        try {
            socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        } catch (SocketException e) {
            throw new AssertionError(e);
        }
        this.answers = answers;
        Thread.startVirtualThread(this::serve);
    }

    /** Answers nothing any more. */
    void fallSilent() {
        answers = 0;
    }

    private void serve() {
        DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
        try {
            for (;;) {
                packet.setLength(65_536);
                socket.receive(packet);
                received.incrementAndGet();
                for (int i = 0; i < answers; i++) {
                    socket.send(packet);
                }
            }
        } catch (IOException e) {
            // closed
        }
    }

    MemberSpec member() {
        return MemberSpec.of(new Address("127.0.0.1", socket.getLocalPort()));
    }

    @Override
    public void close() {
        socket.close();
    }
}
