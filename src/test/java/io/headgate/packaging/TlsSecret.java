package io.headgate.packaging;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A Secret of type kubernetes.io/tls: a key and a self-signed certificate, which is its own authority, for
 * the name that the pools ask for and the addresses of this machine.
 *
 * @param files by the Secret's keys
 * @param context of a server that shows the certificate, and of a client that trusts it
 */
record TlsSecret(Map<String, String> files, SSLContext context) {

    private static final char[] PASSWORD = "secret".toCharArray();

    static TlsSecret make(Path folder, String address) {
        try {
            Path file = folder.resolve("tls.p12");
            keytool("-genkeypair", "-alias", "a", "-keyalg", "EC", "-dname", "CN=orders.internal", "-ext",
                    "san=dns:orders.internal,ip:127.0.0.1,ip:" + address, "-storetype", "PKCS12",
                    "-storepass", new String(PASSWORD), "-keystore", file.toString());
            KeyStore store = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(file)) {
                store.load(in, PASSWORD);
            }
            String certificate = pem("CERTIFICATE", store.getCertificate("a").getEncoded());
            return new TlsSecret(Map.of("tls.crt", certificate, "ca.crt", certificate, "tls.key",
                    pem("PRIVATE KEY", store.getKey("a", PASSWORD).getEncoded())), context(store));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void keytool(String... arguments) throws IOException {
        String[] command = new String[arguments.length + 1];
        command[0] = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), US_ASCII);
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException(said);
        }
    }

    private static String pem(String label, byte[] content) {
        return "-----BEGIN %s-----\n%s\n-----END %1$s-----\n".formatted(label,
                Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(content));
    }

    private static SSLContext context(KeyStore store) throws GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        try {
            trusted.load(null, null);
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
        trusted.setCertificateEntry("a", store.getCertificate("a"));
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
