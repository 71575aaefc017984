package io.headgate.config.reload;

import io.headgate.config.plan.Plan;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns once that sticky cookies are signed with a key that no other process has. */
final class OwnKeys {

    private static final Logger LOG = LoggerFactory.getLogger("headgate.pool");

    private boolean warned;

    void warn(Plan plan) {
        if (!warned && plan.properties().sticky().key() == null
                && plan.pools().values().stream().anyMatch(pool -> pool.spec().sticky() != null)) {
            warned = true;
            LOG.warn("headgate.sticky.key is not set: sticky cookies are signed with a key of this process."
                    + " Other replicas cannot read them, nor can this one after a restart");
        }
    }
}
