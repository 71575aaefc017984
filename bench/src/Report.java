import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;

/** Collects the tables; each one is printed and saved as soon as it is there. */
final class Report {

    private final StringBuilder text;
    private final Path file;

    Report(Path root, Options options) throws IOException {
        text = new StringBuilder("# Benchmark\n\n").append(Machine.describe(options));
        file = root.resolve(options.quick() ? Path.of("bench/work/quick.md") : freeName());
        Files.createDirectories(file.getParent() == null ? Path.of("") : file.getParent());
        System.out.println(text);
    }

    void add(Scenario scenario, String table) throws IOException {
        String section = "\n## %s\n\n%s.\n\n%s".formatted(scenario.name(), scenario.about(), table);
        text.append(section);
        System.out.println(section);
        Files.writeString(file, text);
    }

    void leaveOut(List<Scenario> scenarios) throws IOException {
        for (Scenario scenario : scenarios) {
            add(scenario, "Left out: the time for a short run is over.\n");
        }
    }

    void finish() {
        System.out.println("kept in " + file);
    }

    /** A short run proves that everything works and is not kept; full runs never overwrite one another. */
    private static Path freeName() throws IOException {
        String name = "bench/results/" + LocalDate.now() + "-" + Machine.commit();
        Path free = Path.of(name + ".md");
        for (int run = 2; Files.exists(free); run++) {
            free = Path.of(name + "-" + run + ".md");
        }
        return free;
    }
}
