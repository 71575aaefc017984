package io.headgate.health;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/** A key and a self-signed certificate for orders.internal, made by the JDK's keytool. */
record TestCertificate(PrivateKey key, X509Certificate certificate) {

    static TestCertificate make(Path folder)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path file = folder.resolve("key.p12");
        Process keytool = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-alias", "a", "-keyalg", "EC", "-dname", "CN=orders.internal", "-ext",
                "san=dns:orders.internal", "-storetype", "PKCS12", "-storepass", "secret", "-keystore",
                file.toString()).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IOException(said);
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, "secret".toCharArray());
        }
        return new TestCertificate((PrivateKey) store.getKey("a", "secret".toCharArray()),
                (X509Certificate) store.getCertificate("a"));
    }

    SslContext server(String... protocols) throws IOException {
        SslContextBuilder builder = SslContextBuilder.forServer(key, certificate)
                .sslProvider(SslProvider.JDK);
        if (protocols.length > 0) {
            builder.applicationProtocolConfig(new ApplicationProtocolConfig(
                    ApplicationProtocolConfig.Protocol.ALPN,
                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                    ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT, protocols));
        }
        return builder.build();
    }

    SslContext trusting() throws IOException {
        return SslContextBuilder.forClient().sslProvider(SslProvider.JDK).trustManager(certificate).build();
    }
}
