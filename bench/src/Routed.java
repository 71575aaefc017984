import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Ways from a client's machine to a member's, through a gateway's: what each costs all CPUs together, for the
 * kernel's share is no process's. Plain routing is the floor: everybody pays for the client, the member and
 * two wires.
 *
 * @param http null for datagrams
 */
record Routed(WrkLoad http) implements Work {

    private static final int UDP_CLIENTS = 64;
    private static final Path FOLDER = Path.of("bench/work/routed");
    private static final Path CLASSES = Path.of("bench/work/classes");

    private enum Way {
        ROUTING("plain routing", Wires.MEMBER_ADDRESS, 19001, 19011),
        KERNEL("headgate, kernel", Wires.GATEWAY_ADDRESS, 18111, 18211),
        RELAY("headgate, relay", Wires.GATEWAY_ADDRESS, 18112, 18212),
        HAPROXY("haproxy", Wires.GATEWAY_ADDRESS, 18113, 0);

        private final String label;
        private final String host;
        private final int tcp;
        private final int udp;

        Way(String label, String host, int tcp, int udp) {
            this.label = label;
            this.host = host;
            this.tcp = tcp;
            this.udp = udp;
        }
    }

    /** What a way cost in one turn. */
    record Turn(Sample sample, double micros) {

        static Turn of(Sample sample, double busyMicros) {
            return new Turn(sample, busyMicros / Math.max(1, sample.units()));
        }
    }

    String measure(Options options) throws InterruptedException {
        try (Wires _ = Wires.lay();
                Child _ = nginx();
                Child _ = echo();
                Child headgate = headgate();
                Child _ = haproxy()) {
            List<Way> ways = new ArrayList<>(List.of(Way.values()));
            ways.removeIf(way -> http == null && way.udp == 0);
            Collections.reverse(ways);
            for (Way way : ways) {
                System.err.println("warming up " + way.label);
                new Readiness(headgate, options.patience()).await(() -> probe(way), 250).ifPresent(why -> {
                    throw new IllegalStateException(way.label + ": " + why);
                });
                drive(way, way == Way.RELAY ? options.warmSeconds() : 1, options.patience());
            }
            Map<Way, List<Turn>> turns = new EnumMap<>(Way.class);
            for (int round = 0; round < options.rounds(); round++) {
                for (Way way : ways) {
                    turns.computeIfAbsent(way, _ -> new ArrayList<>())
                            .add(drive(way, options.seconds(), options.patience()));
                }
                Collections.rotate(ways, 1);
            }
            return table(turns);
        } catch (IOException | IllegalStateException failed) {
            return "Not available: " + failed.getMessage() + "\n";
        }
    }

    private Optional<String> probe(Way way) {
        try {
            if (way == Way.KERNEL && !Wires.output(Wires.in(Wires.GATEWAY, "nft", "list", "chain", "inet",
                    "headgate_bench", "pick/kernel" + (http == null ? "-udp" : "") + "/4"))
                    .contains("goto")) {
                return Optional.of("the kernel leads nothing yet");
            }
            return drive(way, 1, 10).sample.units() > 0 ? Optional.empty() : Optional.of("no answer");
        } catch (IOException failed) {
            return Optional.of(failed.getMessage());
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private Turn drive(Way way, int seconds, int patience) throws IOException, InterruptedException {
        if (http == null) {
            return UdpApart.parse(Wires.output(java(Wires.CLIENT, "clients", way.host,
                    Integer.toString(way.udp), Integer.toString(UDP_CLIENTS), Integer.toString(seconds))));
        }
        double before = Machine.allBusyMicros();
        Sample sample = http.drive(Wires.in(Wires.CLIENT), way.host + ":" + way.tcp, seconds, patience);
        return Turn.of(sample, Machine.allBusyMicros() - before);
    }

    private static List<String> java(String space, String... arguments) {
        List<String> command = new ArrayList<>(Wires.in(space));
        command.addAll(
                List.of("taskset", "-c", Machine.LOAD_CPU, Contender.javaCommand(), "-XX:+UseSerialGC", "-cp",
                        CLASSES.toAbsolutePath().toString(), "UdpApart"));
        command.addAll(List.of(arguments));
        return command;
    }

    private static Child echo() throws IOException, InterruptedException {
        Files.createDirectories(FOLDER);
        String javac = Path.of(Contender.javaCommand()).resolveSibling("javac").toString();
        Wires.output(List.of(javac, "-d", CLASSES.toString(), "-sourcepath", "bench/src",
                "bench/src/UdpApart.java"));
        return Child.start(Machine.LOAD_CPU, FOLDER,
                java(Wires.MEMBER, "echo", Wires.MEMBER_ADDRESS, "19011", "19012", "19013"));
    }

    /** The backends' nginx once more, at the member's address. */
    private static Child nginx() throws IOException {
        Path folder = Path.of("bench/work/routed-nginx");
        Configuration.copy(Path.of("bench/backends"), folder, 1);
        Path file = folder.resolve("nginx.conf");
        Files.writeString(file, Files.readString(file).replace("127.0.0.1", Wires.MEMBER_ADDRESS));
        Files.createSymbolicLink(folder.resolve("www"),
                Path.of("bench/work/backends/www").toAbsolutePath());
        return Child.start(Machine.LOAD_CPU, folder,
                Wires.in(Wires.MEMBER, "nginx", "-e", "stderr", "-p", ".", "-c", "nginx.conf"));
    }

    private static Child headgate() throws IOException {
        Path folder = Path.of("bench/work/routed-headgate");
        Configuration.copy(Path.of("bench/headgate"), folder, 1);
        Files.copy(folder.resolve("l4-kernel.yml"), folder.resolve("application.yml"));
        List<String> command = new ArrayList<>(Wires.in(Wires.GATEWAY));
        command.addAll(Contender.java("target", "headgate-*.jar"));
        return Child.start(Machine.PROXY_CPU, folder, command);
    }

    private static Child haproxy() throws IOException {
        Path folder = Path.of("bench/work/routed-haproxy");
        Configuration.copy(Path.of("bench/peers/haproxy"), folder, 1);
        return Child.start(Machine.PROXY_CPU, folder,
                Wires.in(Wires.GATEWAY, "haproxy", "-f", "base.cfg", "-f", "l4-kernel.cfg"));
    }

    private String table(Map<Way, List<Turn>> turns) {
        String unit = http == null ? "datagram" : http.unit();
        StringBuilder table = new StringBuilder(
                "| way | %ss/s | CPU µs/%s of the machine (min-max) | over plain routing | of that, to HAProxy | p50 ms | p99 ms | errors |%n"
                        .formatted(unit, unit))
                .append("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
        double floor = micros(turns.get(Way.ROUTING));
        double haproxy = turns.containsKey(Way.HAPROXY)
                ? micros(turns.get(Way.HAPROXY)) - floor
                : Double.NaN;
        turns.forEach((way, own) -> {
            double over = micros(own) - floor;
            table.append("| %s | %s | %s (%s-%s) | %s | %s | %s | %s | %d |%n".formatted(way.label,
                    Table.figure(Median.of(own.stream().mapToDouble(turn -> turn.sample.rate()))),
                    Table.figure(micros(own)),
                    Table.figure(own.stream().mapToDouble(Turn::micros).min().orElse(0)),
                    Table.figure(own.stream().mapToDouble(Turn::micros).max().orElse(0)),
                    way == Way.ROUTING ? "-" : Table.figure(over),
                    way == Way.ROUTING ? "-" : Table.figure(over / haproxy),
                    Table.figure(Median.of(own.stream().mapToDouble(turn -> turn.sample.p50()))),
                    Table.figure(Median.of(own.stream().mapToDouble(turn -> turn.sample.p99()))),
                    own.stream().mapToLong(turn -> turn.sample.errors()).sum()));
        });
        return table.toString();
    }

    private static double micros(List<Turn> turns) {
        return Median.of(turns.stream().mapToDouble(Turn::micros));
    }
}
