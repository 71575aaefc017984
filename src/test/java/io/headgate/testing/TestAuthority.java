package io.headgate.testing;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** A certificate authority of the test's own and what it issues. */
public final class TestAuthority {

    private static final TestAuthority OURS = new TestAuthority("CN=Test authority");
    private static final TestAuthority FOREIGN = new TestAuthority("CN=Somebody else");

    private final X509Bundle authority;

    TestAuthority(String name) {
        try {
            authority = new CertificateBuilder().ecp256().subject(name).setIsCertificateAuthority(true)
                    .buildSelfSigned();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    public static TestAuthority ours() {
        return OURS;
    }

    /** An authority that nobody trusts. */
    public static TestAuthority foreign() {
        return FOREIGN;
    }

    public X509Bundle authority() {
        return authority;
    }

    /** A key and a certificate for these names; the first one is its subject. */
    public X509Bundle issue(String... names) {
        try {
            return new CertificateBuilder().ecp256().subject("CN=" + names[0])
                    .addExtensionOctetString("2.5.29.17", false, alternativeNames(names))
                    .buildIssuedBy(authority);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** RFC 5280, 4.2.1.6: a sequence of DNS names; the builder itself refuses wildcards. */
    private static byte[] alternativeNames(String... names) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String name : names) {
            all.write(0x82);
            all.write(name.length());
            all.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        }
        ByteArrayOutputStream sequence = new ByteArrayOutputStream();
        sequence.write(0x30);
        sequence.write(all.size()); // below 128
        sequence.writeBytes(all.toByteArray());
        return sequence.toByteArray();
    }

    /** What a client or server in a test uses: it trusts this authority and shows what it is given. */
    public SSLContext context(@Nullable X509Bundle own) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            KeyManager[] keys = own == null ? null : own.toKeyManagerFactory().getKeyManagers();
            context.init(keys, new TrustManager[]{authority.toTrustManager()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** Writes NAME.crt and NAME.key. */
    public static void write(X509Bundle bundle, Path folder, String name) {
        try {
            Files.writeString(folder.resolve(name + ".key"), bundle.getPrivateKeyPEM());
            Files.writeString(folder.resolve(name + ".crt"), bundle.getCertificatePathPEM());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
