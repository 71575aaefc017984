package io.headgate.observe.access;

import io.headgate.observe.output.Descriptor;
import io.headgate.pool.Clock;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is put aside when it is large or old enough. It is opened anew when somebody else has moved or
 * removed it, which is looked at once a second, so that logrotate needs to send no signal. A folder that has
 * vanished is made again.
 */
final class FileTarget implements Target {

    private static final Logger LOG = LoggerFactory.getLogger("headgate.log");
    private static final long LOOK = TimeUnit.SECONDS.toNanos(1);
    private static final long COMPLAIN = TimeUnit.MINUTES.toNanos(1);

    private final Path file;
    private final Rotation rotation;
    private final Clock clock;
    private @Nullable OutputStream stream;
    private @Nullable Descriptor descriptor;
    private @Nullable Object key;
    /** Not where it is a device or a pipe, such as /dev/stdout. */
    private boolean rotates;
    private long size;
    private Instant since = Instant.EPOCH;
    private long lookedAt;
    private long complainedAt;
    private long refusedAt;

    FileTarget(Path file, Rotation rotation, Clock clock) {
        this.file = file;
        this.rotation = rotation;
        this.clock = clock;
        lookedAt = clock.ticker().nanoTime();
        complainedAt = lookedAt - COMPLAIN;
        refusedAt = complainedAt;
    }

    @Override
    public void write(byte[] lines, int length) throws IOException {
        if (stream != null && rotates && rotation.isDue(size, length, since, clock.wall().instant())) {
            putAside();
        }
        try {
            open().write(lines, length);
            size += length;
        } catch (IOException e) {
            close();
            complain(e);
            throw e;
        }
    }

    private Descriptor open() throws IOException {
        Descriptor open = descriptor;
        if (open != null) {
            return open;
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        OutputStream fresh = new FileOutputStream(file.toFile(), true);
        stream = fresh;
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        key = attributes.fileKey();
        rotates = attributes.isRegularFile();
        size = attributes.size();
        since = size == 0 ? clock.wall().instant() : attributes.creationTime().toInstant();
        open = new Descriptor(fresh);
        descriptor = open;
        return open;
    }

    /** Where that fails, lines go on to the same file, and it is tried again after a minute. */
    private void putAside() {
        long now = clock.ticker().nanoTime();
        if (now - refusedAt < COMPLAIN) {
            return;
        }
        close();
        try {
            List<Path> aside = aside();
            Files.move(file, rotation.name(file, clock.wall().instant(), aside));
            for (Path old : rotation.surplus(aside)) {
                Files.deleteIfExists(old);
            }
        } catch (IOException e) {
            refusedAt = now;
            LOG.warn("headgate.access-log.file: {} cannot be put aside: {}", file, e.toString());
        }
    }

    private List<Path> aside() throws IOException {
        List<Path> found = new ArrayList<>();
        Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, rotation.glob(file))) {
            files.forEach(found::add);
        }
        found.sort(null);
        return found;
    }

    @Override
    public void rest() {
        long now = clock.ticker().nanoTime();
        if (stream == null || now - lookedAt < LOOK) {
            return;
        }
        lookedAt = now;
        try {
            if (!Objects.equals(key, Files.readAttributes(file, BasicFileAttributes.class).fileKey())) {
                close();
            }
        } catch (IOException e) {
            close(); // it is gone: the next line makes it again
        }
    }

    private void complain(IOException e) {
        long now = clock.ticker().nanoTime();
        if (now - complainedAt >= COMPLAIN) {
            complainedAt = now;
            LOG.warn("headgate.access-log.file: {} cannot be written: {}", file, e.toString());
        }
    }

    @Override
    public void close() {
        OutputStream open = stream;
        stream = null;
        descriptor = null;
        try {
            if (open != null) {
                open.close();
            }
        } catch (IOException e) {
            complain(e);
        }
    }
}
