import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A client, a gateway that forwards packets, and a member, as network name spaces with a wire on each side of
 * the gateway. Needs root, iproute2 and nftables.
 */
final class Wires implements AutoCloseable {

    static final String CLIENT = "hgbench-c";
    static final String GATEWAY = "hgbench-g";
    static final String MEMBER = "hgbench-m";
    static final String GATEWAY_ADDRESS = "10.78.0.1";
    static final String MEMBER_ADDRESS = "10.78.1.2";

    private Wires() {
    }

    static Wires lay() throws IOException, InterruptedException {
        Wires wires = new Wires();
        wires.close(); // what a run that was killed has left
        for (String space : List.of(CLIENT, GATEWAY, MEMBER)) {
            run("ip netns add " + space);
            run("ip -n " + space + " link set lo up");
        }
        wire(CLIENT, "client0", 0);
        wire(MEMBER, "member0", 1);
        run(String.join(" ", in(GATEWAY)) + " sysctl -qw net.ipv4.ip_forward=1");
        // The kernel's engine has its connections tracked. Nobody else would, on a gateway of their own: what
        // they connect from is another address, by which the member's answers are told apart.
        run("ip -n " + GATEWAY + " addr add 10.78.1.3/24 dev member0");
        run("ip -n " + GATEWAY + " route replace 10.78.1.0/24 dev member0 src 10.78.1.3");
        output(in(GATEWAY, "nft", """
                table inet untracked {
                  chain in {
                    type filter hook prerouting priority raw;
                    ip daddr 10.78.1.1 return
                    th dport { 18111, 18211 } return
                    notrack
                  }
                  chain out {
                    type filter hook output priority raw;
                    ip saddr 10.78.1.1 return
                    th sport { 18111, 18211 } return
                    notrack
                  }
                }
                """));
        // The clients' ports of a minute of new connections.
        run(String.join(" ", in(CLIENT)) + " sysctl -qw net.ipv4.tcp_tw_reuse=1");
        return wires;
    }

    private static void wire(String space, String device, int net) throws IOException, InterruptedException {
        run("ip -n " + GATEWAY + " link add " + device + " type veth peer name eth0 netns " + space);
        run("ip -n " + GATEWAY + " addr add 10.78." + net + ".1/24 dev " + device);
        run("ip -n " + GATEWAY + " link set " + device + " up");
        run("ip -n " + space + " addr add 10.78." + net + ".2/24 dev eth0");
        run("ip -n " + space + " link set eth0 up");
        run("ip -n " + space + " route add default via 10.78." + net + ".1");
    }

    /** What a command begins with that runs there. */
    static List<String> in(String space) {
        return List.of("ip", "netns", "exec", space);
    }

    static List<String> in(String space, String... command) {
        List<String> all = new ArrayList<>(in(space));
        all.addAll(Arrays.asList(command));
        return all;
    }

    static String output(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + said.strip());
        }
        return said;
    }

    private static void run(String command) throws IOException, InterruptedException {
        output(List.of(command.split(" ")));
    }

    @Override
    public void close() throws InterruptedException {
        for (String space : List.of(CLIENT, GATEWAY, MEMBER)) {
            try {
                run("ip netns del " + space);
            } catch (IOException notThere) {
                // Then there is nothing to remove.
            }
        }
    }
}
