import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a process and its workers have used so far: CPU time from `/proc/PID/stat` (all threads, also those
 * that have ended) and resident memory from `/proc/PID/status`. Memory that workers share is counted for each
 * of them.
 */
record Usage(double cpuMicros, long residentBytes) {

    private static final double MICROS_PER_TICK = 1e6 / Machine.CLOCK_TICKS;

    static Usage of(ProcessHandle process) {
        return Stream.concat(Stream.of(process), process.descendants())
                .map(p -> read(Path.of("/proc/" + p.pid())))
                .reduce(new Usage(0, 0),
                        (a, b) -> new Usage(a.cpuMicros + b.cpuMicros, a.residentBytes + b.residentBytes));
    }

    private static Usage read(Path proc) {
        try {
            // The name of the program stands in brackets and may hold blanks: count fields from behind it.
            String stat = Files.readString(proc.resolve("stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            double ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
            long kilobytes = Files.readAllLines(proc.resolve("status")).stream()
                    .filter(l -> l.startsWith("VmRSS:"))
                    .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", ""))).sum();
            return new Usage(ticks * MICROS_PER_TICK, kilobytes * 1024);
        } catch (IOException ended) {
            return new Usage(0, 0);
        }
    }
}
