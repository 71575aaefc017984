package io.headgate.l4;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.haproxy.HAProxySSLTLV;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import io.netty.handler.ssl.SslHandler;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * What a PROXY header of version 2 tells of a client's TLS (HAProxy's proxy-protocol.txt, section 2.2): the
 * name that it asked for and, if TLS ended at the listener, what was agreed on and the certificate that it
 * showed.
 */
final class ProxyTlvs {

    /** PP2_CLIENT_SSL: it came through TLS. */
    private static final byte SSL = 1;
    /** PP2_CLIENT_CERT_CONN and PP2_CLIENT_CERT_SESS: it showed a certificate. */
    private static final byte CERTIFICATE = 2 | 4;
    /** PP2_SUBTYPE_SSL_CIPHER, which the codec has no name for. */
    private static final byte CIPHER = 0x23;

    private ProxyTlvs() {
    }

    /**
     * Everything that is known.
     *
     * @param serverName the name that a TLS client asks for
     * @param tls if it ended at the listener
     */
    static List<HAProxyTLV> of(@Nullable String serverName, @Nullable SslHandler tls) {
        List<HAProxyTLV> all = new ArrayList<>();
        if (serverName != null) {
            all.add(new HAProxyTLV(HAProxyTLV.Type.PP2_TYPE_AUTHORITY, text(serverName)));
        }
        if (tls != null) {
            String protocol = tls.applicationProtocol();
            if (protocol != null) {
                all.add(new HAProxyTLV(HAProxyTLV.Type.PP2_TYPE_ALPN, text(protocol)));
            }
            all.add(ssl(tls.engine().getSession()));
        }
        return all;
    }

    private static HAProxyTLV ssl(SSLSession session) {
        String subject = subject(session);
        List<HAProxyTLV> parts = new ArrayList<>();
        parts.add(new HAProxyTLV(HAProxyTLV.Type.PP2_TYPE_SSL_VERSION, text(session.getProtocol())));
        parts.add(new HAProxyTLV(CIPHER, text(session.getCipherSuite())));
        if (subject != null) {
            parts.add(new HAProxyTLV(HAProxyTLV.Type.PP2_TYPE_SSL_CN, text(subject)));
        }
        return new HAProxySSLTLV(subject == null ? 1 : 0, subject == null ? SSL : (byte) (SSL | CERTIFICATE),
                parts);
    }

    /** The common name of a client's certificate, empty when it has none; null without a certificate. */
    private static @Nullable String subject(SSLSession session) {
        try {
            X509Certificate shown = (X509Certificate) session.getPeerCertificates()[0];
            for (Rdn part : new LdapName(shown.getSubjectX500Principal().getName()).getRdns()) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    return part.getValue().toString();
                }
            }
            return "";
        } catch (SSLPeerUnverifiedException e) {
            return null;
        } catch (InvalidNameException e) {
            return "";
        }
    }

    private static ByteBuf text(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    }
}
