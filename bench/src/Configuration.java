import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Copies a proxy's configurations into its work folder and writes repeated lines out. */
final class Configuration {

    private static final String REPEAT = "# repeat";

    private Configuration() {
    }

    static void copy(Path from, Path to, int repeat) throws IOException {
        deleteAll(to);
        Files.createDirectories(to);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(from, Files::isRegularFile)) {
            for (Path file : files) {
                Files.write(to.resolve(file.getFileName()), expand(Files.readAllLines(file), repeat));
            }
        }
    }

    /**
     * Neighbouring lines that end with the mark are one block: block 0, block 1, ..., with `{i}` as the
     * number.
     */
    private static List<String> expand(List<String> lines, int repeat) {
        List<String> written = new ArrayList<>();
        List<String> block = new ArrayList<>();
        for (String line : lines) {
            if (line.endsWith(REPEAT)) {
                block.add(line.substring(0, line.length() - REPEAT.length()).stripTrailing());
                continue;
            }
            flush(block, repeat, written);
            written.add(line);
        }
        flush(block, repeat, written);
        return written;
    }

    private static void flush(List<String> block, int repeat, List<String> written) {
        for (int i = 0; i < repeat && !block.isEmpty(); i++) {
            for (String line : block) {
                written.add(line.replace("{i}", Integer.toString(i)));
            }
        }
        block.clear();
    }

    static void deleteAll(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (var all = Files.walk(folder)) {
            for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(path);
            }
        }
    }
}
