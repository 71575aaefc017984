package io.headgate.observe.output;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lines that were not written, by their log. Counted for the whole process. */
public final class Drops {

    /** Lines that were printed without any logger. */
    static final Drops PRINTED = new Drops("printed");
    /** Omitted because similar lines were written already. */
    static final Drops REPEATED = new Drops("repeated");

    private static final List<Drops> ALL = List.of(new Drops("access"), new Drops("audit"),
            new Drops("application"), PRINTED, REPEATED);

    private static final Logger LOG = LoggerFactory.getLogger("headgate.log");

    private final String lines;
    private final LongAdder count = new LongAdder();

    private Drops(String lines) {
        this.lines = lines;
    }

    public static List<Drops> all() {
        return ALL;
    }

    /**
     * Those of one log.
     *
     * @throws IllegalArgumentException when there is no such log
     */
    public static Drops of(String lines) {
        return ALL.stream().filter(drops -> drops.lines.equals(lines)).findFirst().orElseThrow(
                () -> new IllegalArgumentException("lines: " + lines + " (expected: one of " + ALL + ")"));
    }

    public void add() {
        count.increment();
    }

    public void add(long lines) {
        count.add(lines);
    }

    /** Says in the application's log that so many were dropped since this was last said. */
    public void tell(long dropped) {
        LOG.warn(
                "{} lines of the {} log were dropped: they were not read, or could not be written, as fast as"
                        + " they came",
                dropped, lines);
    }

    public long count() {
        return count.sum();
    }

    /** The name of the log, also as the value of the meter's label. */
    @Override
    public String toString() {
        return lines;
    }
}
