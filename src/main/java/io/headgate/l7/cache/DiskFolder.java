package io.headgate.l7.cache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The folder of the cache's files, which belongs to one process at a time. Of a process that was killed, all
 * that it had written is there. After a crash of the machine some of it may not be, and that an answer is no
 * longer good may be among it: then the files are deleted. Other files in the folder are left alone.
 */
final class DiskFolder implements AutoCloseable {

    private static final String LOCK = "headgate-cache.lock";
    private static final Pattern NAME = Pattern.compile("headgate-cache-(\\d{1,18})\\.data");
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
    private static final String CLOSED = "closed";

    private final Path path;
    private final FileChannel lock;
    /** The oldest first. */
    private final Deque<DiskFile> files = new ArrayDeque<>();

    private DiskFolder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Opens it, and creates it if there is none.
     *
     * @throws IOException also if another process has it
     */
    static DiskFolder open(Path path) throws IOException {
        if (isPosix(path)) { // what users have been answered is nobody else's
            Files.createDirectories(path,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectories(path);
        }
        FileChannel lock = open(path.resolve(LOCK), Set.of(StandardOpenOption.CREATE,
                StandardOpenOption.READ, StandardOpenOption.WRITE));
        DiskFolder folder = new DiskFolder(path, lock);
        try {
            if (!isTaken(lock)) {
                throw new IOException("another process uses it");
            }
            folder.begin();
            return folder;
        } catch (IOException e) {
            folder.close();
            throw e;
        }
    }

    private static boolean isTaken(FileChannel lock) throws IOException {
        try {
            FileLock taken = lock.tryLock();
            return taken != null;
        } catch (OverlappingFileLockException e) {
            return false; // by another application in this process
        }
    }

    static FileChannel open(Path file, Set<? extends OpenOption> options) throws IOException {
        FileAttribute<?>[] own = isPosix(file)
                ? new FileAttribute<?>[]{
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))}
                : new FileAttribute<?>[0];
        return FileChannel.open(file, options, own);
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private void begin() throws IOException {
        String before = said();
        String boot = boot();
        boolean whole = before.equals(CLOSED) || before.equals(boot);
        for (Existing file : existing()) {
            if (whole) {
                files.add(DiskFile.existing(file.path, file.number));
            } else {
                Files.deleteIfExists(file.path);
            }
        }
        say(boot);
    }

    private record Existing(Path path, long number) {}

    private List<Existing> existing() throws IOException {
        List<Existing> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(path)) {
            for (Path each : all) {
                Matcher name = NAME.matcher(String.valueOf(each.getFileName()));
                if (name.matches()) {
                    found.add(new Existing(each, Long.parseLong(name.group(1))));
                }
            }
        }
        found.sort(Comparator.comparingLong(Existing::number));
        return found;
    }

    /** Differs after each start of the machine. */
    private static String boot() {
        try {
            return Files.readString(BOOT).strip();
        } catch (IOException e) {
            return UUID.randomUUID().toString(); // not known: each kill is taken for a crash
        }
    }

    private String said() throws IOException {
        ByteBuffer text = ByteBuffer.allocate(64);
        lock.read(text, 0);
        return new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII).strip();
    }

    private void say(String state) throws IOException {
        ByteBuffer text = ByteBuffer.wrap("%-63s\n".formatted(state).getBytes(StandardCharsets.US_ASCII));
        lock.write(text, 0);
        lock.force(false);
    }

    List<DiskFile> files() {
        return List.copyOf(files);
    }

    int count() {
        return files.size();
    }

    /** Bytes of all files. */
    long length() {
        long length = 0;
        for (DiskFile file : files) {
            length += file.length();
        }
        return length;
    }

    @Nullable
    DiskFile oldest() {
        return files.peekFirst();
    }

    /** A new file, which is the latest. */
    DiskFile next() throws IOException {
        DiskFile latest = files.peekLast();
        long number = latest == null ? 1 : latest.number() + 1;
        DiskFile file = DiskFile.create(path.resolve("headgate-cache-" + number + ".data"), number);
        files.add(file);
        return file;
    }

    void delete(DiskFile file) throws IOException {
        files.remove(file);
        file.delete();
    }

    /** Deletes all that can be; throws if one could not. */
    void clear() throws IOException {
        IOException failure = null;
        for (DiskFile file : files()) {
            try {
                delete(file);
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** All that was written is on the disk, and whoever opens the folder next can rely on it. */
    void finish() throws IOException {
        for (DiskFile file : files) {
            file.force();
        }
        say(CLOSED);
    }

    @Override
    public void close() throws IOException {
        for (DiskFile file : files) {
            file.close();
        }
        lock.close();
    }
}
