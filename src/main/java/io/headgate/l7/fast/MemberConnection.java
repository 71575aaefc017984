package io.headgate.l7.fast;

import io.headgate.pool.ConnectionCounts;
import io.headgate.pool.Reason;

/** A connection to a member, of whichever protocol. */
interface MemberConnection {

    /** Where it leads. */
    UpstreamTarget target();

    default ConnectionCounts counts() {
        return target().counts();
    }

    /** Closes it, because its member must not be used any longer. */
    void evict(Reason reason);
}
