package io.headgate.l7.fast;

import io.headgate.net.Shortage;
import io.headgate.pool.Reason;
import io.netty.channel.ConnectTimeoutException;
import java.io.IOException;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a failure is called. */
final class Failures {

    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private Failures() {
    }

    static Reason dialling(Throwable error) {
        if (Shortage.isCauseOf(error)) {
            Shortage.report(error);
            return Reason.INTERNAL_ERROR;
        }
        return switch (error) {
            case ConnectTimeoutException timeout -> Reason.CONNECT_TIMEOUT;
            case SSLException tls -> Reason.TLS_FAILED;
            case IOException refused -> Reason.CONNECT_FAILED;
            default -> { // the network throws none of these
                LOG.error("Connecting to a member failed", error);
                yield Reason.INTERNAL_ERROR;
            }
        };
    }
}
