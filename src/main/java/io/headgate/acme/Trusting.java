package io.headgate.acme;

import java.net.http.HttpClient;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.shredzone.acme4j.connector.NetworkSettings;
import org.shredzone.acme4j.provider.GenericAcmeProvider;

/** An authority within a company, whose own certificate no public root has issued. */
final class Trusting extends GenericAcmeProvider {

    private static final Duration CONNECT = Duration.ofSeconds(10);

    private final SSLContext trust;

    Trusting(SSLContext trust) {
        this.trust = trust;
    }

    @Override
    public HttpClient createHttpClient(NetworkSettings settings) {
        return HttpClient.newBuilder().sslContext(trust).connectTimeout(CONNECT)
                .followRedirects(HttpClient.Redirect.NORMAL).build();
    }
}
