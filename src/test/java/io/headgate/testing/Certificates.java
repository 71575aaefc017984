package io.headgate.testing;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLContext;

/** PKCS12 files of an authority and of certificates that it signs; their password is "secret". */
public final class Certificates {

    private static final char[] PASSWORD = "secret".toCharArray();

    private final Path folder;
    private final TestAuthority authority = new TestAuthority("CN=Authority");

    public Certificates(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
    }

    /** Signs one for a new key, for localhost and 127.0.0.1. */
    public X509Bundle sign(String subject) throws Exception {
        return builder(subject).buildIssuedBy(authority.authority());
    }

    /** One whose time is over. */
    public X509Bundle expired(String subject) throws Exception {
        Instant end = authority.authority().getCertificate().getNotBefore().toInstant();
        return builder(subject).notBefore(end.minus(Duration.ofDays(5))).notAfter(end)
                .buildIssuedBy(authority.authority());
    }

    private static CertificateBuilder builder(String subject) {
        return new CertificateBuilder().ecp256().subject(subject).addSanDnsName("localhost")
                .addSanIpAddress("127.0.0.1");
    }

    /** A file of a key and its certificate. */
    public Path file(X509Bundle bundle, String name) throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        store.setKeyEntry("key", bundle.getKeyPair().getPrivate(), PASSWORD,
                new X509Certificate[]{bundle.getCertificate(), authority.authority().getCertificate()});
        return save(store, name + ".p12");
    }

    /** A file with the authority's certificate. */
    public Path trust() throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        store.setCertificateEntry("ca", authority.authority().getCertificate());
        return save(store, "trust.p12");
    }

    /** For a client that trusts the authority and has no certificate. */
    public SSLContext client() {
        return authority.context(null);
    }

    /** For a client that trusts the authority and shows this certificate. */
    public SSLContext client(X509Bundle own) {
        return authority.context(own);
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private Path save(KeyStore keys, String name) throws GeneralSecurityException, IOException {
        Path file = folder.resolve(name);
        try (OutputStream out = Files.newOutputStream(file)) {
            keys.store(out, PASSWORD);
        }
        return file;
    }
}
