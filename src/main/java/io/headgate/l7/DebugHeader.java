package io.headgate.l7;

import io.headgate.pool.Member;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells in an answer how it came about: for looking for faults, not for the public. */
public final class DebugHeader {

    public static final String NAME = "X-Headgate";

    private DebugHeader() {
    }

    /** Null for a route or a member that there was not. */
    public static String value(Lane lane, @Nullable String route, @Nullable Member member) {
        return "lane=" + lane.name().toLowerCase(Locale.ROOT) + "; route=" + printable(route)
                + (member == null ? "" : "; member=" + member.pool().name() + "/" + printable(member.id()));
    }

    /** Ids are free text; a header is not. */
    private static String printable(@Nullable String id) {
        return id == null ? "none" : id.replaceAll("[^!-~]", "_");
    }
}
