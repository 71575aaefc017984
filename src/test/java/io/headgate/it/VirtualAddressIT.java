package io.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.NetworkLab;
import io.headgate.testing.RawServer;
import io.headgate.testing.Wire;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** examples/vip on two machines with real keepalived: the address follows what the gateways can do. */
class VirtualAddressIT {

    private static final Path EXAMPLE = Path.of("examples", "vip");
    private static final String ADDRESS = "10.77.0.100";
    private static final int RELAYED = 8088;
    private static final int IN_KERNEL = 8089;
    private static final int SEEN = 8090;
    private static final String ROUTES = "spring.cloud.gateway.server.webflux.routes";
    private static final int CLIENT = 0;
    private static final int FIRST = 1;
    private static final int SECOND = 2;
    private static final int MEMBER = 3;
    private static final String MEMBERS_ADDRESS = NetworkLab.address(0, MEMBER + 1);

    @TempDir
    Path folder;

    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void end() {
        processes.forEach(process -> {
            process.destroyForcibly();
            process.onExit().join();
        });
    }

    @Test
    void the_address_leaves_a_gateway_that_lost_its_pool_or_was_killed() throws Exception {
        NetworkLab.assume("keepalived", "curl");
        try (NetworkLab lab = NetworkLab.switched(4);
                RawServer member = member(lab);
                RawServer _ = whoSees(lab)) {
            Process[] gateways = {gateway(lab, FIRST), gateway(lab, SECOND)};
            keepalived(lab, FIRST);
            keepalived(lab, SECOND);
            int active = awaitAnswers(lab, FIRST, SECOND);
            int other = FIRST + SECOND - active;
            members_see_clients_of_both_lanes(lab, active);

            run(lab, active, "ip", "route", "add", "unreachable", MEMBERS_ADDRESS);
            assertThat(awaitAnswers(lab, other)).isEqualTo(other);

            run(lab, active, "ip", "route", "del", "unreachable", MEMBERS_ADDRESS);
            await().atMost(Duration.ofSeconds(30)).until(() -> mayHaveTheAddress(lab, active));
            assertThat(awaitAnswers(lab, active, other)).as("it does not move back").isEqualTo(other);

            gateways[other - FIRST].destroyForcibly();
            for (int i = 0; i < 20; i++) {
                assertThat(served(lab, NetworkLab.address(0, other + 1), IN_KERNEL))
                        .as("its kernel goes on").isEqualTo(other);
            }
            assertThat(awaitAnswers(lab, active)).isEqualTo(active);
            assertThat(member.accepted()).isPositive();
        }
    }

    /** Tells a client from which machine its connection came. */
    private static RawServer member(NetworkLab lab) {
        return lab.serve(MEMBER, 8080, socket -> socket.getOutputStream()
                .write(socket.getInetAddress().getHostAddress().getBytes(StandardCharsets.US_ASCII)));
    }

    /** Says whom it sees, to a client of HTTP. */
    private static RawServer whoSees(NetworkLab lab) {
        return lab.serve(MEMBER, 8081, socket -> {
            String seen = socket.getInetAddress().getHostAddress();
            while (RawServer.readHead(socket)) {
                RawServer.write(socket,
                        "HTTP/1.1 200 OK\r\nContent-Length: " + seen.length() + "\r\n\r\n" + seen);
            }
        });
    }

    /** With source: client at layer 7, and the member's route to the client over the gateway. */
    private static void members_see_clients_of_both_lanes(NetworkLab lab, int gateway) throws Exception {
        String clients = NetworkLab.address(0, CLIENT + 1);
        String gateways = NetworkLab.address(0, gateway + 1);
        run(lab, gateway, "sh", "-c", NetworkLab.keepingAnswers());
        run(lab, MEMBER, "ip", "route", "add", clients, "via", gateways);
        for (String lane : List.of("fast", "slow", "fast", "slow")) {
            assertThat(lab.<String>in(CLIENT, () -> {
                try (Wire wire = new Wire(new Socket(gateways, SEEN))) {
                    return wire.send("GET /" + lane + " HTTP/1.1\r\nHost: a\r\n\r\n").message();
                }
            })).as(lane).endsWith("\r\n\r\n" + clients);
        }
        run(lab, MEMBER, "ip", "route", "del", clients, "via", gateways);
    }

    private Process gateway(NetworkLab lab, int machine) throws IOException {
        Path home = Files.createDirectories(folder.resolve("gateway" + machine));
        Files.copy(EXAMPLE.resolve("application.yml"), home.resolve("application.yml"));
        String jar = Objects.requireNonNull(System.getProperty("packaged.jar"));
        return start(lab, machine, home, Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + Path.of("jvm.options").toAbsolutePath(), "-XX:TieredStopAtLevel=1", "-jar", jar,
                "--headgate.listeners.fast.bind=0.0.0.0:" + IN_KERNEL, "--headgate.listeners.fast.pool=web",
                "--headgate.listeners.fast.engine=kernel",
                "--headgate.pools.seen.members=" + MEMBERS_ADDRESS + ":8081",
                "--headgate.listeners.seen.bind=0.0.0.0:" + SEEN, "--headgate.listeners.seen.protocol=http",
                "--headgate.listeners.seen.source=client",
                "--" + ROUTES + "[0].id=fast", "--" + ROUTES + "[0].uri=lb://seen",
                "--" + ROUTES + "[0].predicates[0]=Path=/fast",
                "--" + ROUTES + "[1].id=slow", "--" + ROUTES + "[1].uri=lb://seen",
                "--" + ROUTES + "[1].predicates[0]=Path=/slow",
                "--" + ROUTES + "[1].filters[0]=FallbackHeaders");
    }

    private void keepalived(NetworkLab lab, int machine) throws IOException {
        Path home = Files.createDirectories(folder.resolve("keepalived" + machine));
        start(lab, machine, home, Tool.path("keepalived"), "-n", "-l", "-f",
                EXAMPLE.resolve("keepalived.conf").toAbsolutePath().toString(), "-p",
                home.resolve("pid").toString(), "-r", home.resolve("vrrp.pid").toString());
    }

    private Process start(NetworkLab lab, int machine, Path home, String... command) throws IOException {
        List<String> all = new ArrayList<>(lab.on(machine));
        all.addAll(List.of(command));
        Process process = new ProcessBuilder(all).directory(home.toFile()).redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(Redirect.to(home.resolveSibling(home.getFileName() + ".log").toFile()))
                .start();
        processes.add(process);
        return process;
    }

    private static void run(NetworkLab lab, int machine, String... command) throws Exception {
        List<String> all = new ArrayList<>(lab.on(machine));
        all.addAll(List.of(command));
        Tool.run(Path.of("/"), all.toArray(String[]::new));
    }

    private static boolean mayHaveTheAddress(NetworkLab lab, int machine) throws Exception {
        List<String> all = new ArrayList<>(lab.on(machine));
        all.addAll(List.of("curl", "-sf", "-m", "2", "http://127.0.0.1:9090/actuator/health/vip"));
        return new ProcessBuilder(all).redirectErrorStream(true).redirectOutput(Redirect.DISCARD).start()
                .waitFor() == 0;
    }

    /** Waits until one of these machines answers at the address, relayed and in the kernel; returns which. */
    private static int awaitAnswers(NetworkLab lab, int... machines) {
        int[] found = {0};
        await().atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofMillis(50)).until(() -> {
            found[0] = served(lab, ADDRESS, RELAYED);
            for (int machine : machines) {
                if (found[0] == machine && served(lab, ADDRESS, IN_KERNEL) == machine) {
                    return true;
                }
            }
            return false;
        });
        return found[0];
    }

    /** The machine over which a new connection gets to the member; 0 if it does not. */
    private static int served(NetworkLab lab, String address, int port) {
        return lab.in(CLIENT, () -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getByName(address), port), 300);
                socket.setSoTimeout(1000);
                String from = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                return from.isEmpty() ? 0 : from.charAt(from.length() - 1) - '0' - 1;
            } catch (IOException e) {
                return 0;
            }
        });
    }
}
