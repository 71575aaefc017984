package io.headgate.l7.cache;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where a copy of what is stored lies, to be there after a restart.
 *
 * @param path of a folder, which no other process may have
 * @param size bytes of all files in it
 * @param again how long it is left alone after it could not be used
 */
public record OnDisk(Path path, long size, Duration again) {

    /** The smallest size, in bytes. */
    public static final long LEAST = 16L * 1024 * 1024;

    public OnDisk(Path path, long size) {
        this(path, size, Duration.ofSeconds(10));
    }

    /**
     * How it is.
     *
     * @param state {@code loading}, {@code on} or {@code off}
     * @param entries answers
     * @param bytes of all files
     * @param size what they may take
     * @param skipped answers that were not written, because too many were to be
     * @param broken answers that were not as they had been written
     */
    public record Status(String state, long entries, long bytes, long size, long skipped, long broken) {}
}
