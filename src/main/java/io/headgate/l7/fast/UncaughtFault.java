package io.headgate.l7.fast;

import io.headgate.l7.port.Refused;
import io.headgate.net.Shortage;
import io.headgate.pool.Reason;
import io.netty.channel.Channel;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An exception that reached the end of a client's pipeline on the fast lane. */
final class UncaughtFault {

    private static final Logger LOG = LoggerFactory.getLogger(UncaughtFault.class);

    private UncaughtFault() {
    }

    /**
     * Notes and logs it, unless it only says that the client has gone. The caller ends the connection or the
     * stream.
     */
    static void note(Channel client, Throwable cause) {
        if (Shortage.isCauseOf(cause)) {
            Refused.because(client, Reason.INTERNAL_ERROR);
            Shortage.report(cause);
        } else if (!(cause instanceof IOException)) {
            Refused.because(client, Reason.INTERNAL_ERROR);
            LOG.error("Serving a request failed", cause);
        }
    }
}
