package io.headgate.l7.fast;

import io.headgate.pool.MemberProtocol;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import javax.net.ssl.SSLParameters;

/**
 * What is offered to a member, and what it has chosen (RFC 7301). A pool's TLS context offers nothing: checks
 * and layer 4, which use it too, speak otherwise.
 */
final class Alpn {

    private static final String[] HTTP2 = {ApplicationProtocolNames.HTTP_2};
    private static final String[] BOTH = {ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1};

    private Alpn() {
    }

    /** Before the handshake begins. */
    static void offer(SslHandler handler, MemberProtocol protocol) {
        SSLParameters parameters = handler.engine().getSSLParameters();
        parameters.setApplicationProtocols(protocol == MemberProtocol.AUTO ? BOTH : HTTP2);
        handler.engine().setSSLParameters(parameters);
    }

    static boolean isHttp2(SslHandler handler) {
        return ApplicationProtocolNames.HTTP_2.equals(handler.engine().getApplicationProtocol());
    }
}
