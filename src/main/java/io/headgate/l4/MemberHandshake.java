package io.headgate.l4;

import io.headgate.pool.Address;
import io.headgate.pool.Attempt;
import io.headgate.pool.MemberTls;
import io.headgate.pool.Reason;
import io.headgate.security.TlsClients;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import javax.net.ssl.SSLParameters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TLS handshake of one attempt to connect to a member. It has what is left of the time to connect: the
 * deadline is that of {@link Dial}, which goes on to another member if the handshake fails.
 */
final class MemberHandshake implements TlsEdge.Handshake {

    private static final Logger log = LoggerFactory.getLogger(MemberHandshake.class);

    private final Dial dial;
    private final Session session;
    private final DuplexChannel channel;
    private final Intake reads;
    private final Attempt attempt;

    MemberHandshake(Dial dial, Session session, DuplexChannel channel, Intake reads, Attempt attempt) {
        this.dial = dial;
        this.session = session;
        this.channel = channel;
        this.reads = reads;
        this.attempt = attempt;
    }

    void begin(MemberTls tls) {
        Address address = attempt.member().address();
        SslHandler handler = TlsClients.handler(tls.context(), channel, tls.nameOf(address), address.port());
        String protocol = session.protocol();
        if (protocol != null) { // the client speaks it already
            SSLParameters parameters = handler.engine().getSSLParameters();
            parameters.setApplicationProtocols(new String[]{protocol});
            handler.engine().setSSLParameters(parameters);
        }
        reads.allow(TlsEdge.LIMIT);
        TlsEdge _ = TlsEdge.install(channel, handler, null, this);
    }

    @Override
    public void secured(TlsEdge edge) {
        if (dial.isOpening(channel, attempt)) {
            dial.ready(channel, reads, edge);
        }
    }

    @Override
    public void insecure(Throwable cause) {
        log.debug("TLS with member {} failed", attempt.member(), cause);
        session.wheel().loop().execute(() -> { // later: the alert that says why has yet to be sent
            if (dial.isOpening(channel, attempt)) {
                dial.failed(Reason.TLS_FAILED);
            }
        });
    }
}
