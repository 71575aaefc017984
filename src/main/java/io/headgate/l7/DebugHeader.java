package io.headgate.l7;

import io.headgate.pool.Member;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Shows in an answer which lane, route and member it came from: for debugging, not for the public. */
public final class DebugHeader {

    public static final String NAME = "X-Headgate";

    private DebugHeader() {
    }

    /** Null if there was no route or no member. */
    public static String value(Lane lane, @Nullable String route, @Nullable Member member) {
        return "lane=" + lane.name().toLowerCase(Locale.ROOT) + "; route=" + printable(route)
                + (member == null ? "" : "; member=" + member.pool().name() + "/" + printable(member.id()));
    }

    /** Ids may contain any text, but a header may not. */
    private static String printable(@Nullable String id) {
        return id == null ? "none" : id.replaceAll("[^!-~]", "_");
    }
}
