import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * The jar that Headgate gets in its folder `extensions` for l7-spring: the resource server of stock-scg as it
 * was compiled there, and a filter of Headgate's own kind.
 */
final class Extension {

    private static final Path SHARED = Path.of("bench/stock-scg/target/classes");
    private static final String BEANS = "io/headgate/bench/spring";
    private static final String IMPORTS = "META-INF/spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports";

    private Extension() {
    }

    static void build(Path filters, Path workFolder) throws IOException {
        Path classes = Files.createDirectories(workFolder.resolve("classes"));
        List<String> arguments = new ArrayList<>(
                List.of("-parameters", "-cp", "target/classes", "-d", classes.toString()));
        arguments.addAll(files(filters).map(Path::toString).toList());
        if (ToolProvider.getSystemJavaCompiler().run(null, null, null,
                arguments.toArray(String[]::new)) != 0) {
            throw new IOException(filters + ": does not compile");
        }
        Path jar = Files.createDirectories(workFolder.resolve("extensions")).resolve("beans.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            List<String> beans = new ArrayList<>();
            for (Path root : List.of(classes, SHARED)) {
                for (Path file : files(root).filter(each -> root.equals(classes)
                        || root.relativize(each).startsWith(BEANS)).toList()) {
                    String name = root.relativize(file).toString();
                    out.putNextEntry(new JarEntry(name));
                    Files.copy(file, out);
                    if (!name.contains("$")) {
                        beans.add(name.replace(".class", "").replace('/', '.'));
                    }
                }
            }
            out.putNextEntry(new JarEntry(IMPORTS));
            out.write(String.join("\n", beans).getBytes(StandardCharsets.UTF_8));
        }
    }

    private static Stream<Path> files(Path root) {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
