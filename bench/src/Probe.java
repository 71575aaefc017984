import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** One HTTP request, to see whether the right thing answers before it is measured. */
final class Probe {

    private static final Path CERTIFICATE = Path.of("bench/work/tls/cert.pem");

    private Probe() {
    }

    static Optional<String> get(String url) {
        return send(url, List.of(), 0);
    }

    /** Empty when the answer is a 200, else what came instead; a new connection each time. */
    static Optional<String> send(String url, List<String> headers, int postBytes) {
        HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(2));
        try (HttpClient client = (url.startsWith("https") ? builder.sslContext(trusting()) : builder)
                .build()) {
            BodyPublisher body = postBytes > 0
                    ? BodyPublishers.ofByteArray(new byte[postBytes])
                    : BodyPublishers.noBody();
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                    .timeout(Duration.ofSeconds(5))
                    .method(postBytes > 0 ? "POST" : "GET", body);
            for (String header : headers) {
                String[] parts = header.split(": ", 2);
                if (!parts[0].equals("Connection")) { // the client's own
                    request.header(parts[0], parts[1]);
                }
            }
            int status = client.send(request.build(), BodyHandlers.discarding()).statusCode();
            return status == 200 ? Optional.empty() : Optional.of("answers " + status);
        } catch (IOException | GeneralSecurityException failed) {
            return Optional.of("no answer (" + failed.getClass().getSimpleName() + ")");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
    }

    private static SSLContext trusting() throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null);
        try (var certificate = Files.newInputStream(CERTIFICATE)) {
            trusted.setCertificateEntry("bench",
                    CertificateFactory.getInstance("X.509").generateCertificate(certificate));
        }
        TrustManagerFactory factory = TrustManagerFactory
                .getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }
}
