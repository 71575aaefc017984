package io.headgate.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.Objects;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * A key and a self-signed certificate for localhost and 127.0.0.1, made by the JDK's keytool.
 *
 * @param store a PKCS12 file with both, password "secret"
 */
public record TestKeys(Path store) {

    private static final char[] PASSWORD = "secret".toCharArray();

    public static TestKeys make(Path folder) throws IOException, InterruptedException {
        Path store = folder.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-alias", "test", "-keyalg", "EC", "-dname", "CN=localhost", "-ext",
                "SAN=ip:127.0.0.1,dns:localhost", "-storetype", "PKCS12", "-keystore", store.toString(),
                "-storepass", "secret").inheritIO().start();
        assertThat(keytool.waitFor()).isZero();
        return new TestKeys(store);
    }

    private KeyStore load() throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        return keys;
    }

    /** Shows the certificate. */
    public SSLContext server() throws IOException, GeneralSecurityException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(load(), PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    /** A server's behaviour behind TLS; it is given the secured socket. */
    public RawServer.Behaviour secured(RawServer.Behaviour behaviour)
            throws IOException, GeneralSecurityException {
        SSLContext context = server();
        return socket -> {
            SSLSocket secured = (SSLSocket) context.getSocketFactory().createSocket(socket, null, false);
            behaviour.with(secured);
        };
    }

    /** Trusts the certificate. */
    public SSLContext trusting() throws IOException, GeneralSecurityException {
        TrustManagerFactory trust = TrustManagerFactory
                .getInstance(TrustManagerFactory.getDefaultAlgorithm());
        KeyStore certificates = KeyStore.getInstance("PKCS12");
        certificates.load(null, null);
        certificates.setCertificateEntry("test", certificate());
        trust.init(certificates);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private Certificate certificate() throws IOException, GeneralSecurityException {
        return Objects.requireNonNull(load().getCertificate("test"));
    }

    /** The certificate alone, as PEM text in a file beside the store. */
    public Path pem() throws IOException, GeneralSecurityException {
        Certificate found = certificate();
        Path file = store.resolveSibling("certificate.pem");
        return Files.writeString(file, "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(found.getEncoded())
                + "\n-----END CERTIFICATE-----\n");
    }
}
