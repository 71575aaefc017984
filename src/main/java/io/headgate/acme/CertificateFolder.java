package io.headgate.acme;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.pem.PemContent;

/**
 * The files that replicas share: for each certificate one with its key and its chain, the account's key, what
 * proves to the authority that a name is ours, and a lock. A file is replaced whole, so that nobody reads the
 * half of one, or a key beside the certificate of another.
 */
public final class CertificateFolder {

    /** As RFC 8555, 8.3 has it: no dots, no slashes. */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{1,256}");

    private static final Base64.Encoder MIME = Base64.getMimeEncoder(64, new byte[]{'\n'});

    private final Path folder;

    public CertificateFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Reads a certificate.
     *
     * @return null if there is none yet
     * @throws IOException if the file cannot be read, or has something else
     */
    public @Nullable Issued read(String name) throws IOException {
        try {
            PemContent pem = PemContent.load(file(name));
            List<X509Certificate> chain = pem.getCertificates();
            if (chain == null || chain.isEmpty()) {
                throw new IOException(file(name) + " has no certificate");
            }
            return new Issued(Objects.requireNonNull(pem.getPrivateKey()), chain);
        } catch (NoSuchFileException e) {
            return null;
        } catch (RuntimeException e) {
            throw new IOException(file(name) + ": " + e.getMessage(), e);
        }
    }

    /** When the file of a certificate was written; null if there is none. */
    @Nullable
    FileTime written(String name) throws IOException {
        try {
            return Files.getLastModifiedTime(file(name));
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    void write(String name, Issued issued) throws IOException {
        try {
            StringBuilder text = new StringBuilder();
            pem("PRIVATE KEY", issued.key().getEncoded(), text);
            for (X509Certificate certificate : issued.chain()) {
                pem("CERTIFICATE", certificate.getEncoded(), text);
            }
            replace(file(name), text.toString());
        } catch (CertificateEncodingException e) {
            throw new IOException(e);
        }
    }

    private static void pem(String what, byte[] bytes, StringBuilder to) {
        to.append("-----BEGIN ").append(what).append("-----\n").append(MIME.encodeToString(bytes))
                .append("\n-----END ").append(what).append("-----\n");
    }

    /** The key of the account with the authority; a new one if there is none. */
    KeyPair accountKey() throws IOException {
        Path file = folder.resolve("account.key");
        if (Files.exists(file)) {
            try (var reader = Files.newBufferedReader(file)) {
                return Keys.read(reader);
            }
        }
        KeyPair made = Keys.make();
        replace(file, Keys.written(made));
        return made;
    }

    /** What the authority gets that asks for a token; null if there is nothing. */
    public @Nullable String proof(String token) throws IOException {
        if (!TOKEN.matcher(token).matches()) {
            return null;
        }
        try {
            return Files.readString(challenges().resolve(token));
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    void prove(String token, String proof) throws IOException {
        if (!TOKEN.matcher(token).matches()) {
            throw new IOException("the authority's token is none: " + token);
        }
        Files.createDirectories(challenges());
        replace(challenges().resolve(token), proof);
    }

    void proveNoLonger(String token) throws IOException {
        Files.deleteIfExists(challenges().resolve(token));
    }

    private Path challenges() {
        return folder.resolve("challenges");
    }

    /** One replica asks the authority at a time. Null while another one does. */
    @Nullable
    Closeable lock() throws IOException {
        Files.createDirectories(folder);
        FileChannel channel = FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel; // with which the lock ends
            }
        } catch (OverlappingFileLockException e) {
            // another one of this process
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        return null;
    }

    private Path file(String name) {
        return folder.resolve(name + ".pem");
    }

    /** Nobody but this user may read what is written. */
    private void replace(Path file, String text) throws IOException {
        Files.createDirectories(folder);
        Path written = Files.createTempFile(file.toAbsolutePath().getParent(), "new", ".tmp",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.writeString(written, text, StandardCharsets.US_ASCII);
            try {
                Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(written, file, StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            Files.deleteIfExists(written);
        }
    }
}
