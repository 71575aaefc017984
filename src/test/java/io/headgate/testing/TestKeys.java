package io.headgate.testing;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A key and a certificate that is its own authority, for localhost and 127.0.0.1 unless the test says other
 * names.
 *
 * @param bundle both
 */
public record TestKeys(X509Bundle bundle) {

    private static final char[] PASSWORD = "secret".toCharArray();

    public static TestKeys make() {
        return make("localhost", "127.0.0.1");
    }

    /** For this name and these addresses. */
    public static TestKeys make(String name, String... addresses) {
        try {
            CertificateBuilder builder = new CertificateBuilder().ecp256().subject("CN=" + name)
                    .addSanDnsName(name);
            for (String address : addresses) {
                builder.addSanIpAddress(address);
            }
            return new TestKeys(builder.buildIssuedBy(new CertificateBuilder().ecp256()
                    .subject("CN=Authority of " + name).setIsCertificateAuthority(true).buildSelfSigned()));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Writes a PKCS12 file with both into the folder; its password is "secret". */
    public Path store(Path folder) throws IOException, GeneralSecurityException {
        Path file = folder.resolve("keys.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            bundle.toKeyStore(PASSWORD).store(out, PASSWORD);
        }
        return file;
    }

    /** Writes the authority's certificate into the folder, as PEM text. */
    public Path authority(Path folder) throws IOException {
        return Files.writeString(folder.resolve("authority.pem"), bundle.getRootCertificatePEM());
    }

    /** Shows the certificate. */
    public SSLContext server() throws GeneralSecurityException {
        return context(bundle.toKeyManagerFactory().getKeyManagers(), null);
    }

    /** A server's behaviour behind TLS; it is given the secured socket. */
    public RawServer.Behaviour secured(RawServer.Behaviour behaviour) throws GeneralSecurityException {
        SSLContext context = server();
        return socket -> {
            SSLSocket secured = (SSLSocket) context.getSocketFactory().createSocket(socket, null, false);
            behaviour.with(secured);
        };
    }

    /** Trusts the authority. */
    public SSLContext trusting() throws GeneralSecurityException {
        return context(null, new TrustManager[]{bundle.toTrustManager()});
    }

    /** Shows the certificate and trusts its authority. */
    public SSLContext both() throws GeneralSecurityException {
        return context(bundle.toKeyManagerFactory().getKeyManagers(),
                new TrustManager[]{bundle.toTrustManager()});
    }

    private static SSLContext context(KeyManager @Nullable [] keys, TrustManager @Nullable [] trust)
            throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trust, null);
        return context;
    }
}
