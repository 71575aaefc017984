package io.headgate.admin.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.testing.Certificates;
import io.headgate.testing.LogLines;
import io.headgate.testing.TestGateway;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writes with client certificates over a management port with TLS. */
class ClientCertificateTest {

    @TempDir
    private static Path folder;
    private static Certificates certificates;
    private static TestGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        certificates = new Certificates(folder.resolve("ours"));
        gateway = TestGateway.start(yaml("want"));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static String yaml(String clientAuth) throws Exception {
        return """
                headgate:
                  pools.orders: { members: [ { id: a, address: "127.0.0.1:1" } ], health: { check: none } }
                  management.certificates: [ "CN=ops,O=Example", "OU=Duty, O=Example" ]
                spring.ssl.bundle.jks.management:
                  keystore: { location: "file:%s", password: secret, type: PKCS12 }
                  truststore: { location: "file:%s", password: secret, type: PKCS12 }
                management.server.ssl: { bundle: management, client-auth: %s }
                """.formatted(certificates.file(certificates.sign("CN=localhost"), "server-" + clientAuth),
                certificates.trust(), clientAuth);
    }

    @Test
    void aCertificateWithTheSubjectWritesAndTheSubjectIsInTheAuditLog() throws Exception {
        try (LogLines audit = new LogLines("headgate.audit")) {
            SSLContext ops = certificates.client(certificates.sign("cn=Ops, OU=Net, O=Example, C=CH"));
            assertThat(write(gateway, ops).statusCode()).isEqualTo(200);
            SSLContext duty = certificates.client(certificates.sign("CN=anna, OU=Duty, O=Example"));
            assertThat(write(gateway, duty).statusCode()).isEqualTo(200);
            assertThat(audit.lines()).hasSize(2);
            assertThat(audit.lines().getFirst()).startsWith(
                    "result=done who=CN=Ops,OU=Net,O=Example,C=CH from=127.0.0.1 what=member orders/a");
            assertThat(write(gateway, duty, "Origin", "https://evil.example").statusCode())
                    .as("a browser with a certificate, on a foreign page").isEqualTo(403);
        }
    }

    @Test
    void otherSubjectsAndNoCertificateAre401AndAPasswordIsStillTaken() throws Exception {
        SSLContext nobody = certificates.client();
        SSLContext dev = certificates.client(certificates.sign("CN=dev,O=Example"));
        SSLContext lookalike = certificates.client(certificates.sign("CN=\"ops,O=Example\",O=Other"));
        for (SSLContext client : new SSLContext[]{nobody, dev, lookalike}) {
            HttpResponse<String> answer = write(gateway, client);
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.body())
                    .contains("(expected: a client certificate of headgate.management.certificates, or HTTP");
            assertThat(write(gateway, client, "Authorization", TestGateway.CREDENTIALS).statusCode())
                    .isEqualTo(200);
        }
        SSLContext ops = certificates.client(certificates.sign("CN=ops,O=Example"));
        assertThat(write(gateway, ops, "Authorization", "Basic d3Jvbmc6").statusCode())
                .as("wrong credentials beside a good certificate").isEqualTo(401);
    }

    @Test
    void certificatesOfOtherAuthoritiesAndOldOnesGetNoConnection() throws Exception {
        Certificates theirs = new Certificates(folder.resolve("theirs"));
        SSLContext forged = certificates.client(theirs.sign("CN=ops,O=Example"));
        assertThatThrownBy(() -> write(gateway, forged)).isInstanceOf(IOException.class);
        SSLContext expired = certificates.client(certificates.expired("CN=ops,O=Example"));
        assertThatThrownBy(() -> write(gateway, expired)).isInstanceOf(IOException.class);
    }

    @Test
    void whereCertificatesAreNeededNobodyGetsInWithoutOne() throws Exception {
        try (TestGateway strict = TestGateway.start(yaml("need"))) {
            assertThatThrownBy(() -> write(strict, certificates.client(), "Authorization",
                    TestGateway.CREDENTIALS)).isInstanceOf(IOException.class);
            SSLContext ops = certificates.client(certificates.sign("CN=ops,O=Example"));
            assertThat(write(strict, ops).statusCode()).isEqualTo(200);
        }
    }

    private static HttpResponse<String> write(TestGateway to, SSLContext tls, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest
                .newBuilder(URI.create("https://127.0.0.1:" + to.managementPort()
                        + "/actuator/pools/orders/members/a"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"weight\": \"default\"}"));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(tls)
                .build()) {
            return client.send(request.build(), BodyHandlers.ofString());
        }
    }
}
