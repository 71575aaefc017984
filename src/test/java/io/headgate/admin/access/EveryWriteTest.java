package io.headgate.admin.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.testing.LogLines;
import io.headgate.testing.TestGateway;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.web.bind.annotation.RequestMethod;

/** Every write that the management port maps, whoever's it is, tried by those who may not. */
class EveryWriteTest {

    private static final Set<RequestMethod> READS = Set.of(RequestMethod.GET, RequestMethod.HEAD,
            RequestMethod.OPTIONS, RequestMethod.TRACE);
    private static final String YAML = """
            headgate.pools.orders: { members: [ { id: a, address: "127.0.0.1:1" } ], health: { check: none } }
            headgate.reload.watch: false
            """;

    private record Write(String method, String path) {}

    private static TestGateway gateway;
    private static List<Write> writes;

    @BeforeAll
    static void start() {
        gateway = TestGateway.start(YAML, "--management.server.address=0.0.0.0");
        writes = writes(gateway);
    }

    @AfterAll
    static void stop() {
        assertThat(gateway.manage("/actuator/pools/orders").body()).contains("\"state\":\"UP\"");
        gateway.close();
    }

    private static List<Write> writes(TestGateway of) {
        List<Write> all = new ArrayList<>();
        of.managementMappings().keySet().forEach(info -> info.getPatternsCondition().getPatterns()
                .forEach(pattern -> {
                    String path = pattern.getPatternString().replaceAll("\\{\\*\\w+}", "orders/members/a")
                            .replaceAll("\\{\\w+}", "x");
                    Set<RequestMethod> methods = info.getMethodsCondition().getMethods();
                    (methods.isEmpty() ? List.of(RequestMethod.POST, RequestMethod.DELETE) : methods).stream()
                            .filter(method -> !READS.contains(method))
                            .forEach(method -> all.add(new Write(method.name(), path)));
                }));
        return all;
    }

    @Test
    void theseAreAllThatThereAre() {
        assertThat(writes).containsExactlyInAnyOrder(new Write("POST", "/actuator/pools/orders/members/a"),
                new Write("POST", "/actuator/listeners/orders/members/a"),
                new Write("POST", "/actuator/cache"),
                new Write("POST", "/actuator/reload"), new Write("POST", "/dashboard/login"),
                new Write("POST", "/dashboard/audit"));
    }

    @Test
    void withoutOrWithWrongCredentials() {
        List<String> wrong = List.of(basic("admin:Secret"), basic("root:secret"), basic("admin:"), basic(":"),
                basic("admin"), "Basic", "Basic %%%", "Bearer x", "Negotiate x", "admin:secret",
                TestGateway.CREDENTIALS + "x");
        for (Write write : writes) {
            assertThat(send(write)).as(write.toString()).isEqualTo(401);
            for (String credentials : wrong) {
                assertThat(send(write, "Authorization", credentials)).as("%s %s", write, credentials)
                        .isEqualTo(401);
            }
        }
    }

    @Test
    void fromAnotherOriginEvenWithCredentials() {
        List<List<String>> foreign = List.of(List.of("Origin", "https://evil.example"),
                List.of("Origin", "null"),
                List.of("Origin", "http://127.0.0.1:1"), List.of("Sec-Fetch-Site", "cross-site"),
                List.of("Sec-Fetch-Site", "same-site"),
                List.of("Origin", "http://127.0.0.1:" + gateway.managementPort() + "@evil.example"),
                List.of("Origin", "http://127.0.0.1:" + gateway.managementPort(), "Sec-Fetch-Site",
                        "cross-site"));
        for (Write write : writes) {
            for (List<String> page : foreign) {
                List<String> headers = new ArrayList<>(page);
                headers.addAll(List.of("Authorization", TestGateway.CREDENTIALS));
                assertThat(send(write, headers.toArray(String[]::new))).as("%s %s", write, page)
                        .isEqualTo(403);
            }
        }
    }

    @Test
    void fromAnotherAddress() throws Exception {
        InetAddress own = ownAddress();
        try (LogLines audit = new LogLines("headgate.audit");
                HttpClient client = HttpClient.newBuilder().localAddress(own).build()) {
            for (Write write : writes) {
                assertThat(send(client, own, write).statusCode()).as(write.toString()).isEqualTo(401);
                assertThat(send(client, own, write, "Authorization", basic("admin:guess")).statusCode())
                        .isEqualTo(401);
            }
            assertThat(audit.lines()).hasSize(2 * writes.size())
                    .allMatch(line -> line.startsWith("result=refused from=" + own.getHostAddress() + " "));
            assertThat(send(client, own, new Write("POST", "/actuator/pools/orders/members/a"),
                    "Authorization", TestGateway.CREDENTIALS)
                    .statusCode()).isEqualTo(200);
            try (TestGateway usual = TestGateway.start(YAML)) {
                assertThatThrownBy(() -> client.send(
                        HttpRequest.newBuilder(URI.create("http://" + own.getHostAddress() + ":"
                                + usual.managementPort() + "/actuator/health")).build(),
                        BodyHandlers.ofString())).isInstanceOf(ConnectException.class);
            }
        }
    }

    /** One that is not the default: of an interface, or else the second of loopback. */
    private static InetAddress ownAddress() throws IOException {
        return NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .findFirst()
                .orElse(InetAddress.getByName("127.0.0.2"));
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
    }

    private static int send(Write write, String... headers) {
        return gateway.command(HttpRequest.newBuilder().method(write.method(), BodyPublishers.ofString("{}")),
                write.path(), headers).statusCode();
    }

    private static HttpResponse<String> send(HttpClient client, InetAddress to, Write write,
            String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest
                .newBuilder(URI.create("http://" + to.getHostAddress() + ":" + gateway.managementPort()
                        + write.path()))
                .header("Content-Type", "application/json")
                .method(write.method(), BodyPublishers.ofString("{\"weight\": \"default\"}"));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }
}
