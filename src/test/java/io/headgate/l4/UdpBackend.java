package io.headgate.l4;

import io.headgate.pool.Address;
import io.headgate.pool.MemberSpec;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A member that answers each datagram with the same one, some number of times. */
final class UdpBackend implements AutoCloseable {

    final AtomicInteger received = new AtomicInteger();
    private final DatagramSocket socket;
    private final List<DatagramPacket> held = new ArrayList<>();
    private boolean holding;
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

    /** Answers only when {@link #answerWhatWasHeld} is called. */
    synchronized void hold() {
        holding = true;
    }

    synchronized void answerWhatWasHeld() throws IOException {
        holding = false;
        for (DatagramPacket packet : held) {
            socket.send(packet);
        }
        held.clear();
    }

    private synchronized boolean held(DatagramPacket packet) {
        if (holding) {
            held.add(new DatagramPacket(Arrays.copyOf(packet.getData(), packet.getLength()),
                    packet.getLength(), packet.getSocketAddress()));
        }
        return holding;
    }

    private void serve() {
        DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
        try {
            for (;;) {
                packet.setLength(65_536);
                socket.receive(packet);
                received.incrementAndGet();
                boolean later = held(packet);
                for (int i = 0; i < answers && !later; i++) {
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
