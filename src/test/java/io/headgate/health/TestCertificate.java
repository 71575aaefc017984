package io.headgate.health;

import io.headgate.testing.TestKeys;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.X509Bundle;
import javax.net.ssl.SSLException;

/** A key and a certificate for orders.internal, as contexts of Netty's. */
record TestCertificate(X509Bundle bundle) {

    static TestCertificate make() {
        return new TestCertificate(TestKeys.make("orders.internal").bundle());
    }

    SslContext server(String... protocols) throws SSLException {
        SslContextBuilder builder = SslContextBuilder
                .forServer(bundle.getKeyPair().getPrivate(), bundle.getCertificate())
                .sslProvider(SslProvider.JDK);
        if (protocols.length > 0) {
            builder.applicationProtocolConfig(new ApplicationProtocolConfig(
                    ApplicationProtocolConfig.Protocol.ALPN,
                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                    ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT, protocols));
        }
        return builder.build();
    }

    SslContext trusting() throws SSLException {
        return SslContextBuilder.forClient().sslProvider(SslProvider.JDK)
                .trustManager(bundle.getRootCertificate()).build();
    }
}
