package io.headgate.observe.access;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/**
 * When a log file is put aside. It keeps its name with the time behind it, such as
 * {@code access.log.20261130-142031}.
 *
 * @param size a file that would grow beyond so many bytes is put aside; 0 for no limit
 * @param every a file that has been begun so long ago is put aside; zero for no limit
 * @param keep how many of those put aside are kept
 */
public record Rotation(long size, Duration every, int keep) {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
            .withZone(ZoneOffset.UTC);

    boolean isDue(long now, int more, Instant since, Instant time) {
        return now > 0 && ((size > 0 && now + more > size)
                || (!every.isZero() && !time.isBefore(since.plus(every))));
    }

    /** A name that sorts behind all others. */
    Path name(Path file, Instant time, List<Path> others) {
        String name = file.getFileName() + "." + TIME.format(time);
        long ofThisSecond = others.stream().map(other -> String.valueOf(other.getFileName()))
                .filter(other -> other.startsWith(name)).map(other -> other.substring(name.length()))
                .mapToLong(end -> end.isEmpty() ? 1 : 1 + Long.parseLong(end.substring(1))).max().orElse(0);
        return file.resolveSibling(ofThisSecond == 0 ? name : "%s-%03d".formatted(name, ofThisSecond));
    }

    /** What {@link #name} makes. */
    String glob(Path file) {
        return String.valueOf(file.getFileName()).replaceAll("([*?{}\\[\\]\\\\])", "\\\\$1")
                + ".[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]-[0-9][0-9][0-9][0-9][0-9][0-9]{,-[0-9][0-9][0-9]}";
    }

    /** Of those that were aside before one more came, in the order of their times. */
    List<Path> surplus(List<Path> before) {
        return before.subList(0, Math.clamp(before.size() + 1L - keep, 0, before.size()));
    }
}
