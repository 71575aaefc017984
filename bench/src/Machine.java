import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Collectors;

/** What the figures were measured on. */
final class Machine {

    /** One CPU for the proxy, one for backends and load; bench/run sets both. */
    static final String PROXY_CPU = System.getenv().getOrDefault("PROXY_CPU", "1");
    static final String LOAD_CPU = System.getenv().getOrDefault("LOAD_CPU", "0");

    static final long CLOCK_TICKS = clockTicks();

    private Machine() {
    }

    static String describe(Options options) throws IOException {
        return """
                | | |
                | --- | --- |
                | Headgate | commit %s |
                | CPU | %s; proxy on CPU %s, backends and load on CPU %s |
                | kernel | %s |
                | Java | %s %s |
                | JVM flags (Headgate and stock SCG) | %s |
                | peers | %s; %s; Caddy version %s; stock SCG: Spring Boot and Spring Cloud as in bench/stock-scg/pom.xml |
                | measured | %s, %d rounds of %d s each, in turns; JVMs warmed up for %d s |
                """
                .formatted(commit(), cpuModel(), PROXY_CPU, LOAD_CPU, output("uname", "-sr"),
                        System.getProperty("java.vm.name"), System.getProperty("java.runtime.version"),
                        jvmFlags(),
                        output("haproxy", "-v").replaceAll(" - https.*", ""), output("nginx", "-v"),
                        output("caddy", "version"), LocalDate.now(),
                        options.rounds(), options.seconds(), options.warmSeconds());
    }

    private static String jvmFlags() throws IOException {
        return Files.readAllLines(Path.of("jvm.options")).stream().filter(line -> line.startsWith("-"))
                .collect(Collectors.joining("` `", "`", "`"));
    }

    static String commit() throws IOException {
        String commit = output("git", "rev-parse", "--short", "HEAD");
        return output("git", "status", "--porcelain", "--untracked-files=no").isEmpty()
                ? commit
                : commit + "-dirty";
    }

    private static long clockTicks() {
        try {
            return Long.parseLong(output("getconf", "CLK_TCK"));
        } catch (IOException noGetconf) {
            return 100;
        }
    }

    /**
     * CPU time in µs that user and system code of any process got on the proxy's CPU, and what the hypervisor
     * took away. What is more than the proxy's own is other people's work: noise.
     */
    static double busyMicros() throws IOException {
        return micros("cpu" + PROXY_CPU, 1, 2, 3, 8);
    }

    /** The same for all CPUs, and with what the kernel did in interrupts: its share of packets. */
    static double allBusyMicros() throws IOException {
        return micros("cpu", 1, 2, 3, 6, 7, 8);
    }

    private static double micros(String cpu, int... counted) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/stat"))) {
            String[] fields = line.split(" +");
            if (fields[0].equals(cpu)) {
                long ticks = 0;
                for (int field : counted) {
                    ticks += Long.parseLong(fields[field]);
                }
                return ticks * 1e6 / CLOCK_TICKS;
            }
        }
        return 0;
    }

    private static String cpuModel() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/proc/cpuinfo"));
        return lines.stream().filter(l -> l.startsWith("model name")).map(l -> l.replaceAll(".*: ", ""))
                .findFirst()
                .orElse(System.getProperty("os.arch")) + ", "
                + lines.stream().filter(l -> l.startsWith("processor")).count()
                + " CPUs";
    }

    /** The first line that a command prints. */
    private static String output(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes()).lines().findFirst().orElse("").strip();
    }
}
