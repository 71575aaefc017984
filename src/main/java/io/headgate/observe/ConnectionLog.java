package io.headgate.observe;

import io.headgate.l4.ClosedConnection;
import io.headgate.l4.ConnectionListener;
import io.headgate.pool.Member;
import io.headgate.pool.Reason;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.Locale;
import org.slf4j.spi.LoggingEventBuilder;

/** The access log's line for each layer 4 connection, at its end. */
public final class ConnectionLog implements ConnectionListener {

    @Override
    public void closed(ClosedConnection connection) {
        if (!AccessLog.LOG.isInfoEnabled()) {
            return;
        }
        LoggingEventBuilder line = line(connection.listener(), connection.client());
        Member member = connection.member();
        Reason reason = connection.reason();
        if (reason != null) {
            line = line.addKeyValue("reason", reason.code());
        }
        if (connection.pool() != null) { // it may end before its pool is known
            line = line.addKeyValue("pool", connection.pool());
        }
        if (member != null) {
            line = line.addKeyValue("member", member.id());
        }
        line.addKeyValue("attempts", connection.attempts())
                .addKeyValue("outcome", connection.outcome().name().toLowerCase(Locale.ROOT))
                .addKeyValue("in", connection.bytesIn()).addKeyValue("out", connection.bytesOut())
                .addKeyValue("spliced", connection.bytesSpliced())
                .addKeyValue("micros", connection.nanos() / 1000).log();
    }

    @Override
    public void refused(String listener, InetSocketAddress client, Reason reason) {
        if (AccessLog.LOG.isInfoEnabled()) {
            line(listener, client).addKeyValue("reason", reason.code()).log();
        }
    }

    private static LoggingEventBuilder line(String listener, InetSocketAddress client) {
        return AccessLog.LOG.atInfo().addKeyValue("layer", "l4").addKeyValue("listener", listener)
                .addKeyValue("client", NetUtil.toSocketAddressString(client));
    }
}
