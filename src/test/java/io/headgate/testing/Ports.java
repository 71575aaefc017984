package io.headgate.testing;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * Ports that nobody listens on, for what is told its port before it listens, and for members that refuse.
 * They lie below those that the system gives to clients and to servers that ask for any, and no two processes
 * of one test run have the same, so that none is taken between the asking and the use. None is given twice.
 */
public final class Ports {

    private static final int FIRST = 10_000;
    private static final int PER_FORK = 11_000;
    private static final int FORK = (Integer.getInteger("fork", 1) + 1) % 2;

    /** Other test runs on this machine begin elsewhere. */
    private static int next = (int) (ProcessHandle.current().pid() * 101 % PER_FORK);

    private Ports() {
    }

    public static int free() {
        return free(1);
    }

    /** The first of so many free ports in a row. */
    public static synchronized int free(int count) {
        for (int tried = 0; tried < PER_FORK; tried++) {
            next = next + count > PER_FORK ? 0 : next;
            int first = FIRST + FORK * PER_FORK + next;
            int free = 0;
            while (free < count && isFree(first + free)) {
                free++;
            }
            next += free == count ? count : free + 1;
            if (free == count) {
                return first;
            }
        }
        throw new AssertionError("no " + count + " free ports in a row");
    }

    private static boolean isFree(int port) {
        try (ServerSocket stream = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
                DatagramSocket datagrams = new DatagramSocket(port, InetAddress.getLoopbackAddress())) {
            return stream.isBound() && datagrams.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
