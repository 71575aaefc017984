package io.headgate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * Jars of the user's own: all in the folder {@code extensions} beside {@code application.yml} are on the
 * class path, after Headgate's own. Spring takes the class loader of the thread that starts it.
 */
final class Extensions {

    private static final Path FOLDER = Path.of("extensions");

    private Extensions() {
    }

    /**
     * Adds them for this thread and those that it starts.
     *
     * @throws IllegalArgumentException with what is wrong with one
     */
    static void load() {
        load(FOLDER);
    }

    static void load(Path folder) {
        URL[] jars = jars(folder).stream().map(Extensions::checked).toArray(URL[]::new);
        if (jars.length > 0) {
            Thread.currentThread().setContextClassLoader(
                    new URLClassLoader("extensions", jars, Extensions.class.getClassLoader()));
        }
    }

    private static List<Path> jars(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        } catch (IOException e) {
            throw new IllegalArgumentException(folder + ": it cannot be read (expected: a folder of jars)",
                    e);
        }
    }

    private static URL checked(Path file) {
        try (JarFile jar = new JarFile(file.toFile())) {
            if (jar.getEntry("BOOT-INF/") != null) {
                throw new IllegalArgumentException(file + ": an executable jar (expected: a jar of classes;"
                        + " do not repackage it with spring-boot-maven-plugin)");
            }
            return file.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    file + ": " + e.getMessage() + " (expected: a jar that can be read)", e);
        }
    }
}
