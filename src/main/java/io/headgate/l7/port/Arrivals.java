package io.headgate.l7.port;

import io.headgate.l7.Arrival;
import io.headgate.l7.CertificateHeaders;
import io.headgate.l7.Https;
import io.headgate.net.ClientSource;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** How the client of a channel came in. */
public final class Arrivals {

    private static final AttributeKey<Port> PORT = AttributeKey.valueOf("headgate.port");
    private static final AttributeKey<Boolean> SECURED = AttributeKey.valueOf("headgate.secured");
    private static final AttributeKey<Arrival> KNOWN = AttributeKey.valueOf("headgate.arrival");

    private Arrivals() {
    }

    static void at(Channel channel, Port port) {
        channel.attr(PORT).set(port);
    }

    /** A proxy in front has ended the client's TLS. */
    static void secured(Channel channel) {
        channel.attr(SECURED).set(true);
    }

    /** Not before the first request: until then, TLS may not be established. */
    public static Arrival of(Channel channel) {
        Channel connection = channel instanceof Http2StreamChannel stream ? stream.parent() : channel;
        Arrival known = connection.attr(KNOWN).get();
        if (known == null) {
            known = make(connection);
            connection.attr(KNOWN).set(known);
        }
        return known;
    }

    private static Arrival make(Channel connection) {
        Port port = connection.attr(PORT).get();
        SslHandler tls = tls(connection.pipeline());
        boolean secure = tls != null || Boolean.TRUE.equals(connection.attr(SECURED).get());
        Https https = port == null ? Https.NONE : port.https();
        List<X509Certificate> shown = tls == null ? List.of() : certificates(tls);
        return new Arrival(port == null ? null : port.name(), secure, shown,
                shown.isEmpty() || https.certificateHeaders().isEmpty()
                        ? List.of()
                        : CertificateHeaders.of(shown.getFirst(), https.certificateHeaders()),
                port != null && port.keepsSource() ? source(connection) : null, https.redirectPort());
    }

    private static @Nullable ClientSource source(Channel connection) {
        InetSocketAddress client = ClientAddress.of(connection);
        return client == null ? null : ClientSource.of(client);
    }

    private static @Nullable SslHandler tls(ChannelPipeline pipeline) {
        return pipeline.get(SslHandler.class);
    }

    private static List<X509Certificate> certificates(SslHandler tls) {
        try {
            Certificate[] shown = tls.engine().getSession().getPeerCertificates();
            return Arrays.stream(shown).filter(X509Certificate.class::isInstance)
                    .map(X509Certificate.class::cast).toList();
        } catch (SSLPeerUnverifiedException e) {
            return List.of();
        }
    }
}
