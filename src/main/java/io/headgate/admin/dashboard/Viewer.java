package io.headgate.admin.dashboard;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** One open page: what it shows, and what it has been sent. Belongs to the dashboard's thread. */
final class Viewer {

    /** A page that has missed more than this gets everything. */
    private static final long MISSED = 30;

    private final Set<String> open;
    private final String since;
    private long sent;
    private long tick;
    private boolean first = true;

    /**
     * A page that was rendered, or has received, what there was at a version.
     *
     * @param open the pools whose members it shows
     * @param since the version, as the page got it; any other text for a page that has nothing
     */
    Viewer(Set<String> open, String since) {
        this.open = Set.copyOf(open);
        this.since = since;
    }

    void enter(long now) {
        tick = now;
    }

    /** When it was sent something last. */
    long tick() {
        return tick;
    }

    Set<String> open() {
        return open;
    }

    /** What changed since the last call. */
    Map<String, Object> next(Board board) {
        if (first) {
            long known = board.known(since);
            sent = board.version() - known > MISSED ? 0 : known;
        }
        Map<String, Object> tables = new LinkedHashMap<>();
        board.tables().forEach((name, table) -> add(tables, name, table.since(sent)));
        for (String pool : open) {
            Table members = board.members(pool);
            if (members != null) {
                add(tables, "members/" + pool, members.since(first ? 0 : sent));
            }
        }
        long ticks = first ? 0 : board.tick() - tick;
        first = false;
        sent = board.version();
        tick = board.tick();
        return Map.of("version", board.name(sent), "ticks", ticks, "tables", tables);
    }

    private static void add(Map<String, Object> tables, String name, Map<String, Object> changes) {
        if (!changes.isEmpty()) {
            tables.put(name, changes);
        }
    }
}
