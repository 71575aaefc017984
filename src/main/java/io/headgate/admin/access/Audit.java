package io.headgate.admin.access;

import java.security.Principal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.security.core.Authentication;

/** One line for each write to the management port, as key-value pairs on the logger headgate.audit. */
public final class Audit {

    private static final Logger LOG = LoggerFactory.getLogger("headgate.audit");

    private static final InstantSource WALL = InstantSource.system();
    private static final int KEPT = 100;
    private static final Deque<Entry> LAST = new ArrayDeque<>();

    private Audit() {
    }

    /**
     * A write, as it is remembered.
     *
     * @param result {@code done} or {@code refused}
     * @param from the address of the writer
     */
    public record Entry(Instant at, String result, String who, String from, String what, String reason) {}

    /** The last writes, newest first. */
    public static List<Entry> last() {
        synchronized (LAST) {
            return List.copyOf(LAST);
        }
    }

    private static void remember(String result, @Nullable String who, @Nullable Object from, String what,
            @Nullable String reason) {
        synchronized (LAST) {
            LAST.addFirst(new Entry(WALL.instant(), result, who == null ? "" : who,
                    from == null ? "" : from.toString(), what, reason == null ? "" : reason));
            if (LAST.size() > KEPT) {
                LAST.removeLast();
            }
        }
    }

    /** Records that somebody has logged in to the dashboard. */
    public static void signedIn(Principal user) {
        Object from = user instanceof Authentication login ? login.getDetails() : null;
        LOG.atInfo().addKeyValue("result", "done").addKeyValue("who", user.getName())
                .addKeyValue("from", from == null ? "" : from).addKeyValue("what", "login to the dashboard")
                .log();
        remember("done", user.getName(), from, "login to the dashboard", null);
    }

    /**
     * Records a write.
     *
     * @param what the target of the write
     * @param before its state before
     * @param after its state now
     * @param reason as the writer gave it
     */
    public static void done(SecurityContext who, String what, Object before, Object after,
            @Nullable String reason) {
        Principal user = who.getPrincipal();
        LoggingEventBuilder line = LOG.atInfo().addKeyValue("result", "done");
        if (user != null) {
            line = line.addKeyValue("who", user.getName());
        }
        if (user instanceof Authentication login && login.getDetails() != null) {
            line = line.addKeyValue("from", login.getDetails());
        }
        remember("done", user == null ? null : user.getName(),
                user instanceof Authentication login ? login.getDetails() : null, what + ": " + after,
                reason);
        line.addKeyValue("what", what).addKeyValue("before", before.toString())
                .addKeyValue("after", after.toString()).addKeyValue("reason", reason == null ? "" : reason)
                .log();
    }

    /** Records a refused write. */
    static void refused(@Nullable String who, String from, String what, int status) {
        remember("refused", who, from, what, "status " + status);
        LoggingEventBuilder line = LOG.atWarn().addKeyValue("result", "refused");
        if (who != null) {
            line = line.addKeyValue("who", who);
        }
        line.addKeyValue("from", from).addKeyValue("what", what).addKeyValue("status", status).log();
    }
}
