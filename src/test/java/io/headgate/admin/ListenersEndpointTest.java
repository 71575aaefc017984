package io.headgate.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.l4.Listener;
import io.headgate.l4.Listeners;
import io.headgate.testing.LogLines;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ListenersEndpointTest {

    private static final String CONNECTIONS = "/actuator/listeners/echo/connections";

    private final List<Socket> open = new ArrayList<>();
    private final RawServer a = new RawServer(RawServer.ECHO);
    private final RawServer b = new RawServer(RawServer.ECHO);
    private TestGateway gateway;

    @BeforeEach
    void start() {
        gateway = TestGateway
                .start("""
                        headgate:
                          pools:
                            echo:
                              members: [ { id: a, address: "127.0.0.1:%d" }, { id: b, address: "127.0.0.1:%d" } ]
                              health: { check: none }
                          listeners: { echo: { bind: "127.0.0.1:0", pool: echo }, more: { bind: "127.0.0.1:0", pool: echo } }
                        """
                        .formatted(a.port(), b.port()));
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
        gateway.close();
        a.close();
        b.close();
    }

    private Listener listener() {
        return listener("echo");
    }

    private Listener listener(String name) {
        return gateway.bean(Listeners.class).find(name).orElseThrow();
    }

    private Socket connect() throws IOException {
        return connect(listener());
    }

    private Socket connect(Listener to) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(),
                Objects.requireNonNull(to.bound()).getPort());
        open.add(socket);
        socket.setSoTimeout(10_000);
        return socket;
    }

    private Socket talking() throws IOException {
        return talking(connect());
    }

    private static Socket talking(Socket socket) throws IOException {
        socket.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
        assertThat(socket.getInputStream().readNBytes(5)).hasSize(5);
        return socket;
    }

    private static boolean isCut(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    @Test
    void connectionsAreShownFilteredAndPaged() throws IOException {
        for (int i = 0; i < 4; i++) {
            talking();
        }
        assertThat(gateway.manage(CONNECTIONS).body()).contains("\"total\":4", "\"bytesIn\":5",
                "\"rateOut\":");
        assertThat(gateway.manage(CONNECTIONS + "?member=a&limit=1").body()).contains("\"total\":2")
                .containsOnlyOnce("\"id\":").contains("\"member\":\"a\"");
        assertThat(gateway.manage(CONNECTIONS + "?client=127.0.0.0/8&offset=3").body())
                .contains("\"total\":4", "\"offset\":3").containsOnlyOnce("\"id\":");
        assertThat(gateway.manage(CONNECTIONS + "?client=10.0.0.0/8").body()).contains("\"total\":0");
        assertThat(gateway.manage(CONNECTIONS + "?limit=0").body())
                .contains("limit: 0 (expected: a whole number from 1 to 1000)");
        assertThat(gateway.manage(CONNECTIONS + "?client=nobody").statusCode()).isEqualTo(400);
    }

    @Test
    void oneConnectionAllOfAMemberOrAllAreClosed() throws IOException {
        Socket first = talking();
        Socket second = talking();
        Socket third = talking();
        Socket fourth = talking();
        long id = listener().connections().getFirst().id();
        assertThat(gateway.command(CONNECTIONS, "{\"close\": " + id + "}").body())
                .isEqualTo("{\"closed\":1}");
        assertThat(isCut(first)).isTrue();
        String other = Objects.requireNonNull(listener().connections().getFirst().member()).id();
        assertThat(gateway.command(CONNECTIONS, "{\"close\": \"all\", \"member\": \"" + other + "\"}").body())
                .isEqualTo("{\"closed\":2}");
        assertThat(isCut(second)).isTrue();
        assertThat(isCut(fourth)).isTrue();
        third.getOutputStream().write('x');
        assertThat(third.getInputStream().read()).isEqualTo('x');
        assertThat(gateway.command(CONNECTIONS, "{\"close\": \"all\"}").body()).isEqualTo("{\"closed\":1}");
        await().until(() -> listener().open() == 0);
        assertThat(gateway.command(CONNECTIONS, "{\"close\": " + id + "}").statusCode()).isEqualTo(404);
        assertThat(gateway.command(CONNECTIONS, "{\"close\": \"some\"}").body())
                .contains("close: some (expected: all, or a connection's id)");
        assertThat(gateway.command(CONNECTIONS, "{\"closed\": \"all\"}").body()).contains("unknown key");
    }

    @Test
    void allOfAMemberAreClosedAtEveryListener() throws IOException {
        String path = "/actuator/pools/echo/members/a/connections";
        List<Socket> clients = List.of(talking(), talking(connect(listener("more"))), talking(),
                talking(connect(listener("more"))));
        assertThat(gateway.command(path, "{\"close\": \"some\"}").body())
                .contains("close: some (expected: all)");
        assertThat(gateway.command(path, "{\"close\": \"all\", \"weight\": 3}").body())
                .contains("weight: unknown key (expected: a JSON object with any of close, reason)");
        assertThat(gateway.command("/actuator/pools/echo/members/a", "{\"close\": \"all\"}").body())
                .contains("close: unknown key (expected: ");
        assertThat(
                gateway.command("/actuator/pools/echo/members/a/others", "{\"state\": \"drain\"}")
                        .statusCode())
                .isEqualTo(404);
        try (LogLines audit = new LogLines("headgate.audit")) {
            assertThat(gateway.command(path, "{\"close\": \"all\"}").body()).isEqualTo("{\"closed\":2}");
            assertThat(audit.lines()).singleElement().asString().contains("member echo/a", "2 closed");
        }
        await().until(() -> listener().open() + listener("more").open() == 2);
        assertThat(gateway.manage(CONNECTIONS + "?member=a").body()).contains("\"total\":0");
        assertThat(gateway.command(path, "{\"close\": \"all\"}").body()).isEqualTo("{\"closed\":0}");
        int cut = 0;
        for (Socket client : clients) {
            client.setSoTimeout(200);
            cut += isCut(client) ? 1 : 0;
        }
        assertThat(cut).isEqualTo(2);
    }

    @Test
    void looksAtOneListenerDoNotSpoilTheRatesOfAnother() throws IOException {
        Socket client = talking();
        for (int i = 0; i < 5; i++) {
            talking(connect(listener("more")));
        }
        gateway.manage(CONNECTIONS);
        gateway.manage("/actuator/listeners/more/connections");
        gateway.manage("/actuator/listeners/echo/connections?client=10.0.0.0/8");
        client.close(); // five readings of another listener outnumber what is open here
        await().until(() -> listener().open() == 0);
        gateway.manage(CONNECTIONS);
        assertThat(gateway.manage("/actuator/listeners/more/connections").body())
                .contains("\"rateIn\":0").doesNotContainPattern("\"rateIn\":[1-9]");
    }

    @Test
    void aPausedListenerLetsClientsWaitAndEachWriteIsAudited() throws IOException {
        String path = "/actuator/listeners/echo";
        try (LogLines audit = new LogLines("headgate.audit")) {
            HttpResponse<String> answer = gateway.command(path, "{\"state\": \"paused\"}");
            assertThat(answer.body()).contains("\"paused\":true");
            Socket waiting = connect();
            waiting.getOutputStream().write('x');
            waiting.setSoTimeout(300);
            assertThat(isCut(waiting)).isFalse();
            assertThat(gateway.command(path, "{\"state\": \"running\"}").body()).contains("\"paused\":false");
            waiting.setSoTimeout(10_000);
            assertThat(waiting.getInputStream().read()).isEqualTo('x');
            assertThat(gateway.command(path, "{\"state\": \"off\"}").body())
                    .contains("state: off (expected: paused or running)");
            assertThat(gateway.command(HttpRequest.newBuilder().DELETE(), path).statusCode()).isEqualTo(401);
            assertThat(audit.lines()).anyMatch(line -> line.contains("listener echo"));
        }
    }
}
