package io.headgate.admin.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.TestGateway;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The dashboard as the server sends it. */
class PageTest {

    private static final String MARKUP = "<script>alert('&')</script>";

    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        gateway = TestGateway
                .start("""
                        headgate.pools:
                          orders: { members: [ { id: a, address: "127.0.0.1:1" }, { id: 'b" x="', address: "127.0.0.1:2" } ], health: { check: none } }
                          empty: { members: [] }
                        spring.cloud.gateway.server.webflux.routes:
                          - { id: all, uri: "lb://orders", predicates: [ "Path=/only/**" ] }
                        """);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void thePageIsThereWithoutScriptAndWithAStrictPolicy() {
        for (String path : List.of("/", "/dashboard")) {
            HttpResponse<String> page = gateway.manage(path);
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html;charset=UTF-8");
            assertThat(page.headers().firstValue("Content-Security-Policy")).get().asString()
                    .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                    .doesNotContain("unsafe", "http");
            assertThat(page.body()).contains("orders", "127.0.0.1:1", "All members of all pools take work",
                    "round-robin").doesNotContain("<style", " style=", " onclick=", "//");
        }
    }

    @Test
    void theL7PortHasNothingOfIt() {
        for (String path : List.of("/", "/dashboard", "/dashboard/live", "/dashboard/dashboard.js")) {
            HttpResponse<String> answer = gateway.get(path);
            assertThat(answer.statusCode()).as(path).isEqualTo(404);
            assertThat(answer.body()).contains("no-route");
        }
        assertThat(gateway.beansOf(Board.class)).isEmpty();
    }

    @Test
    void itsFilesAreThereAndNoOthers() {
        for (String name : List.of("dashboard.js", "tables.js", "elements.js", "session.js", "commands.js",
                "dashboard.css", "icon.svg")) {
            HttpResponse<String> file = gateway.manage("/dashboard/" + name);
            assertThat(file.statusCode()).as(name).isEqualTo(200);
            String tag = file.headers().firstValue("ETag").orElseThrow();
            assertThat(gateway.command(HttpRequest.newBuilder().GET(), "/dashboard/" + name, "If-None-Match",
                    tag).statusCode()).isEqualTo(304);
            assertThat(file.body()).doesNotContain("innerHTML", "eval(", "https:");
        }
        for (String name : List.of("page.mustache", "..%2fpage.mustache", "PageTest.class", "x")) {
            assertThat(gateway.manage("/dashboard/" + name).statusCode()).as(name)
                    .isGreaterThanOrEqualTo(400);
        }
    }

    @Test
    void whatIsNotTrustedStaysText() {
        assertThat(gateway.command("/actuator/pools/orders/members/a",
                "{\"state\": \"drain\", \"reason\": \"" + MARKUP + "\"}").statusCode()).isEqualTo(200);
        String page = gateway.manage("/").body();
        assertThat(page).doesNotContain(MARKUP, "b\" x=\"").contains("&lt;script&gt;alert(&#39;&amp;&#39;)",
                "b&quot; x&#x3D;&quot;");
        gateway.command("/actuator/pools/orders/members/a", "{\"state\": \"ready\"}");
    }

    @Test
    void onlyWhatChangedIsSent() throws Exception {
        List<String> events = new ArrayList<>();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.managementPort()
                + "/dashboard/live?open=orders")).build();
        try (HttpClient client = HttpClient.newHttpClient();
                BufferedReader lines = new BufferedReader(new InputStreamReader(
                        client.send(request, HttpResponse.BodyHandlers.ofInputStream()).body(),
                        StandardCharsets.UTF_8))) {
            events.add(data(lines));
            assertThat(events.getFirst()).contains("\"pools\":{\"order\":[\"orders\",\"empty\"]",
                    "\"members/orders\":{\"order\":[\"a\"", "\"address\":\"127.0.0.1:1\"",
                    "\"rateHistory\":\"");
            assertThat(data(lines)).contains("\"tables\":{}").doesNotContain("address");
            gateway.command("/actuator/pools/orders/members/a", "{\"weight\": \"7\"}");
            String change = data(lines);
            for (int i = 0; i < 5 && !change.contains("weight"); i++) {
                change = data(lines);
            }
            assertThat(change).contains("\"weight\":\"7 (configured: 1)\"").doesNotContain("address",
                    "balance");
        }
        gateway.command("/actuator/pools/orders/members/a", "{\"weight\": \"default\"}");
    }

    private static String data(BufferedReader lines) throws IOException {
        String line = lines.readLine();
        while (!line.startsWith("data:")) {
            line = lines.readLine();
        }
        return line;
    }

    @Test
    void aPageThatComesBackGetsWhatItMissedAndOneOfAnotherProcessGetsAll() throws Exception {
        Matcher version = Pattern.compile("data-version=\"([^\"]+)\"").matcher(gateway.manage("/").body());
        assertThat(version.find()).isTrue();
        assertThat(first("since=" + version.group(1))).doesNotContain("order");
        assertThat(first("since=0-1")).contains("\"order\":[\"orders\"");
        assertThat(first("since=x")).contains("\"order\":[\"orders\"");
    }

    private static String first(String query) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.managementPort())) {
            socket.getOutputStream().write(("GET /dashboard/live?" + query + " HTTP/1.1\r\nHost: x\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            return data(new BufferedReader(
                    new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8)));
        }
    }

    @Test
    void whoChangedWhatIsForThoseWhoMayWrite() {
        HttpRequest.Builder ask = HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.noBody());
        for (String path : List.of("/dashboard/login", "/dashboard/audit")) {
            assertThat(gateway.command(ask.copy(), path).statusCode()).isEqualTo(401);
            assertThat(gateway.command(ask.copy(), path, "Authorization", TestGateway.CREDENTIALS, "Origin",
                    "https://evil.example").statusCode()).isEqualTo(403);
            assertThat(gateway.manage(path).statusCode()).as("a read").isGreaterThanOrEqualTo(400);
        }
        assertThat(gateway.command("/dashboard/login", "").body()).isEqualTo("{\"user\":\"admin\"}");
        assertThat(gateway.command("/dashboard/audit", "").body()).contains("login to the dashboard",
                "\"who\":\"admin\"", "\"from\":\"127.0.0.1\"");
    }

    @Test
    void theListOfWhatHappenedGrowsWithMembersAndReloads() {
        gateway.command("/actuator/pools/orders/members/a",
                "{\"state\": \"maintenance\", \"reason\": \"disk\"}");
        await().until(() -> gateway.manage("/").body().contains("orders/a: UP → MAINTENANCE"));
        gateway.command("/actuator/pools/orders/members/a", "{\"state\": \"ready\"}");
        await().until(() -> gateway.manage("/").body().contains("orders/a: MAINTENANCE → UP"));
    }
}
