package io.headgate.l7.admit;

import io.headgate.net.Recurring;
import io.headgate.net.TaskThread;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that rules and answers are made of, read again within some seconds when they change. What cannot be
 * read or used leaves the last good content in force.
 */
public final class WatchedFiles implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("headgate.reload");
    private static final Duration LOOK = Duration.ofSeconds(2);

    private final ScheduledExecutorService thread = new TaskThread("headgate-files");
    private final Queue<WeakReference<Content<?>>> watched = new ConcurrentLinkedQueue<>();

    public WatchedFiles() {
        Future<?> _ = Recurring.every(LOOK, thread, "The watch over files of rules", this::look);
    }

    /**
     * What a file has, always the newest; watched as long as somebody holds it.
     *
     * @param parser of its lines; empty ones, and those that begin with #, do not count
     * @throws IllegalArgumentException if it cannot be read or used now
     */
    <T> Supplier<T> open(String file, Function<List<String>, T> parser) {
        return watch(file, path -> parser.apply(Files.readAllLines(path).stream().map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#")).toList()));
    }

    /**
     * The same of a file that is taken as it is.
     *
     * @param most bytes that it may have
     * @param use of all its bytes
     */
    public <T> Supplier<T> whole(String file, int most, Function<byte[], T> use) {
        return watch(file, path -> {
            try (InputStream in = Files.newInputStream(path)) {
                byte[] all = in.readNBytes(most + 1);
                if (all.length > most) {
                    throw new IllegalArgumentException("it is larger than " + most + " bytes");
                }
                return use.apply(all);
            }
        });
    }

    private <T> Supplier<T> watch(String file, Reading<T> reading) {
        Content<T> content = new Content<>(Path.of(file), reading);
        watched.add(new WeakReference<>(content));
        return content;
    }

    private interface Reading<T> {

        T of(Path file) throws IOException;
    }

    private void look() {
        watched.removeIf(reference -> {
            Content<?> content = reference.get();
            if (content != null) {
                content.look();
            }
            return content == null;
        });
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private static final class Content<T> implements Supplier<T> {

        private final Path file;
        private final Reading<T> reading;
        private Object seen;
        private volatile T now;

        Content(Path file, Reading<T> reading) {
            this.file = file;
            this.reading = reading;
            try {
                this.seen = state(file);
                this.now = reading.of(file);
            } catch (IOException e) { // no cause: whoever looks for it would find nothing but a path
                throw new IllegalArgumentException(file + ": " + message(e));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(file + ": " + message(e), e);
            }
        }

        @Override
        public T get() {
            return now;
        }

        void look() {
            try {
                Object current = state(file);
                if (!current.equals(seen)) {
                    seen = current;
                    now = reading.of(file);
                    LOG.info("{} read again", file);
                }
            } catch (IOException | RuntimeException e) {
                if (!seen.equals(e.getClass())) {
                    seen = e.getClass();
                    LOG.error("{}: the changed file is not used; the last good content stays in use: {}",
                            file,
                            message(e));
                }
            }
        }

        private static Object state(Path file) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return List.of(attributes.lastModifiedTime(), attributes.size(),
                    String.valueOf(attributes.fileKey()));
        }

        private static String message(Exception e) {
            return switch (e) {
                case MalformedInputException _ -> "it is not UTF-8";
                case NoSuchFileException _ -> "there is no such file";
                case AccessDeniedException _ -> "this process may not read it";
                default -> String.valueOf(e.getMessage());
            };
        }
    }
}
