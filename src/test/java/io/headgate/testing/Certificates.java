package io.headgate.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** An authority and the certificates that it signs, made by the JDK's keytool; passwords are "secret". */
public final class Certificates {

    private static final char[] PASSWORD = "secret".toCharArray();

    private final Path folder;
    private final Path store;

    /** Makes the authority. */
    public Certificates(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.store = folder.resolve("all.p12");
        keytool("-alias", "ca", "-dname", "CN=Authority", "-ext", "bc:c");
    }

    /** Signs one for a new key, and returns a PKCS12 file of the two. */
    public Path sign(String alias, String subject, String... options) throws Exception {
        List<String> all = new ArrayList<>(
                List.of("-alias", alias, "-dname", subject, "-signer", "ca", "-ext",
                        "san=dns:localhost,ip:127.0.0.1"));
        all.addAll(List.of(options));
        keytool(all.toArray(String[]::new));
        KeyStore from = load(store);
        KeyStore to = empty();
        to.setKeyEntry(alias, from.getKey(alias, PASSWORD), PASSWORD, from.getCertificateChain(alias));
        return save(to, alias + ".p12");
    }

    /** A PKCS12 file with the authority's certificate. */
    public Path trust() throws Exception {
        KeyStore to = empty();
        to.setCertificateEntry("ca", load(store).getCertificate("ca"));
        return save(to, "trust.p12");
    }

    /** For a client that trusts the authority and, where there is a file, shows its certificate. */
    public SSLContext client(Path... key) throws Exception {
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(load(trust()));
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(key.length == 0 ? empty() : load(key[0]), PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private void keytool(String... options) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair",
                        "-keyalg", "EC", "-storetype", "PKCS12", "-storepass", "secret", "-keystore",
                        store.toString()));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException(said);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static KeyStore load(Path file) throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
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
