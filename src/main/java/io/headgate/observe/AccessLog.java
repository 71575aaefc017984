package io.headgate.observe;

import io.headgate.l7.RequestListener;
import io.headgate.l7.ServedRequest;
import io.headgate.pool.Member;
import io.headgate.pool.Reason;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One line for each request and each L4 connection, as key-value pairs on the logger {@code headgate.access}.
 * The logger's appender is asynchronous: formatting and writing happen on its thread, and when it cannot keep
 * up, lines are dropped rather than requests delayed.
 */
public final class AccessLog implements RequestListener {

    static final Logger LOG = LoggerFactory.getLogger("headgate.access");

    @Override
    public void served(ServedRequest request) {
        if (!LOG.isInfoEnabled()) {
            return;
        }
        Member member = request.member();
        Reason reason = request.reason();
        LoggingEventBuilder line = LOG.atInfo().addKeyValue("layer", "l7")
                .addKeyValue("client", request.client())
                .addKeyValue("method", request.method()).addKeyValue("target", request.target())
                .addKeyValue("status", request.status());
        if (reason != null) {
            line = line.addKeyValue("reason", reason.code());
        }
        if (request.detail() != null) {
            line = line.addKeyValue("detail", request.detail());
        }
        if (request.route() != null) {
            line = line.addKeyValue("route", request.route());
        }
        if (member != null) {
            line = line.addKeyValue("pool", member.pool().name()).addKeyValue("member", member.id())
                    .addKeyValue("attempts", request.attempts());
        }
        line.addKeyValue("in", request.bytesIn()).addKeyValue("out", request.bytesOut())
                .addKeyValue("micros", request.nanos() / 1000)
                .addKeyValue("lane", request.lane().name().toLowerCase(Locale.ROOT)).log();
    }
}
