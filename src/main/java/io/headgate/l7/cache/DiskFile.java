package io.headgate.l7.cache;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One of the files that stored answers lie in, one after the other in the order in which they were written.
 * One thread writes, several read.
 */
final class DiskFile {

    private static final int PIECE = 128 * 1024;
    /** Most answers' first parts are shorter. */
    private static final int USUAL = 4 * 1024;

    private final long number;
    private final Path path;
    private final FileChannel channel;
    /** Where the next answer begins. */
    private volatile long end;

    private DiskFile(long number, Path path, FileChannel channel, long end) {
        this.number = number;
        this.path = path;
        this.channel = channel;
        this.end = end;
    }

    /** @param number a greater one is a later file */
    static DiskFile create(Path path, long number) throws IOException {
        return new DiskFile(number, path,
                DiskFolder.open(path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ,
                        StandardOpenOption.WRITE)),
                0);
    }

    static DiskFile existing(Path path, long number) throws IOException {
        Set<OpenOption> options = Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileChannel channel = FileChannel.open(path, options);
        return new DiskFile(number, path, channel, channel.size());
    }

    long number() {
        return number;
    }

    long length() {
        return end;
    }

    /** Returns where it begins. What could not be written whole is cut off again. */
    long append(DiskFormat.Encoded answer) throws IOException {
        long at = end;
        try {
            long to = write(answer.head().duplicate(), at);
            for (ByteBuffer part : answer.body()) {
                to = write(part.duplicate(), to);
            }
            end = to;
            return at;
        } catch (IOException e) {
            channel.truncate(at); // what is behind it must never be taken for the next one
            throw e;
        }
    }

    private long write(ByteBuffer bytes, long at) throws IOException {
        long to = at;
        while (bytes.hasRemaining()) {
            to += channel.write(bytes, to);
        }
        return to;
    }

    /** Copies an answer of another file. Returns where it begins. */
    long append(DiskEntry entry) throws IOException {
        long at = end;
        long left = entry.length();
        long from = entry.at();
        try {
            while (left > 0) {
                byte[] piece = entry.file().read(from, (int) Math.min(PIECE, left));
                write(ByteBuffer.wrap(piece), at + from - entry.at());
                from += piece.length;
                left -= piece.length;
            }
            end = at + entry.length();
            return at;
        } catch (IOException e) {
            channel.truncate(at);
            throw e;
        }
    }

    /** The answer that begins there is no longer good: not after a restart either. */
    void kill(long at) throws IOException {
        channel.write(ByteBuffer.wrap(new byte[]{DiskFormat.DEAD}), at);
    }

    private byte[] read(long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        for (long from = at; bytes.hasRemaining();) {
            int count = channel.read(bytes, from);
            if (count < 0) {
                throw new EOFException(path.toString());
            }
            from += count;
        }
        return bytes.array();
    }

    /** What the answer that begins there is; null if none does, or not a whole one. */
    @Nullable
    Head head(long at) throws IOException {
        long left = channel.size() - at;
        if (left < DiskFormat.FRAME) {
            return null;
        }
        byte[] bytes = read(at, (int) Math.min(USUAL, left));
        DiskFormat.Frame frame = DiskFormat.frame(bytes);
        if (frame == null || frame.length() > left) {
            return null;
        }
        if (DiskFormat.FRAME + frame.meta() > bytes.length) {
            bytes = read(at, DiskFormat.FRAME + frame.meta());
        }
        DiskFormat.Meta meta = DiskFormat.meta(frame, bytes);
        return meta == null ? null : new Head(frame, meta);
    }

    /** The beginning of an answer. */
    record Head(DiskFormat.Frame frame, DiskFormat.Meta meta) {}

    /** Its body; null if it is not as it was written. */
    @Nullable
    List<byte[]> body(DiskFormat.Frame frame, long at) throws IOException {
        List<byte[]> pieces = new ArrayList<>(1);
        long from = at + DiskFormat.FRAME + frame.meta();
        for (int left = frame.body(); left > 0;) {
            byte[] piece = read(from, Math.min(PIECE, left));
            pieces.add(piece);
            from += piece.length;
            left -= piece.length;
        }
        return DiskFormat.isWhole(frame, pieces) ? List.copyOf(pieces) : null;
    }

    /** All that was written is on the disk. */
    void force() throws IOException {
        channel.force(false);
    }

    void close() throws IOException {
        channel.close();
    }

    void delete() throws IOException {
        channel.close();
        Files.deleteIfExists(path);
    }
}
