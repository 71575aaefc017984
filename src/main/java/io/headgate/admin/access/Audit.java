package io.headgate.admin.access;

import java.security.Principal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.security.core.Authentication;

/** One line for each write to the management port, as key-value pairs on the logger headgate.audit. */
public final class Audit {

    private static final Logger LOG = LoggerFactory.getLogger("headgate.audit");

    private Audit() {
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
        line.addKeyValue("what", what).addKeyValue("before", before.toString())
                .addKeyValue("after", after.toString()).addKeyValue("reason", reason == null ? "" : reason)
                .log();
    }

    /** Records a refused write. */
    static void refused(@Nullable String who, String from, String what, int status) {
        LoggingEventBuilder line = LOG.atWarn().addKeyValue("result", "refused");
        if (who != null) {
            line = line.addKeyValue("who", who);
        }
        line.addKeyValue("from", from).addKeyValue("what", what).addKeyValue("status", status).log();
    }
}
