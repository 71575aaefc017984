import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** The ports that the benchmark needs, all on 127.0.0.1. */
final class Ports {

    static final int[] HTTP_BACKENDS = {19001, 19002, 19003};
    static final int[] UDP_BACKENDS = {19011, 19012, 19013};
    private static final int HEADGATE_MANAGEMENT = 18901;

    private Ports() {
    }

    /** Somebody else's server on one of our ports would be measured in place of a proxy. */
    static void requireFree(List<Contender> contenders) {
        List<Integer> taken = new ArrayList<>();
        for (int port : HTTP_BACKENDS) {
            checkTcp(port, taken);
        }
        for (int port : UDP_BACKENDS) {
            checkUdp(port, taken);
        }
        checkTcp(HEADGATE_MANAGEMENT, taken);
        for (Contender contender : contenders) {
            checkTcp(contender.port(Setup.Entry.L7), taken);
            checkTcp(contender.port(Setup.Entry.L4), taken);
            checkUdp(contender.port(Setup.Entry.UDP), taken);
        }
        if (!taken.isEmpty()) {
            System.err.println("ports on 127.0.0.1: " + taken + " are in use (expected: free)");
            System.exit(2);
        }
    }

    private static void checkTcp(int port, List<Integer> taken) {
        try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            socket.getLocalPort();
        } catch (IOException inUse) {
            taken.add(port);
        }
    }

    private static void checkUdp(int port, List<Integer> taken) {
        try (var socket = new DatagramSocket(port, InetAddress.getLoopbackAddress())) {
            socket.getLocalPort();
        } catch (IOException inUse) {
            taken.add(port);
        }
    }
}
