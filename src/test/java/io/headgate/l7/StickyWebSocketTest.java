package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** The sticky cookie of a WebSocket's handshake. */
class StickyWebSocketTest {

    private static final List<String> COOKIES = new CopyOnWriteArrayList<>();

    private static DisposableServer member(String name) {
        return HttpServer.create().host("127.0.0.1").port(0).route(routes -> routes.ws("/**", (in, out) -> {
            COOKIES.add(String.valueOf(in.headers().get("Cookie")));
            return out.sendString(Flux.concat(Mono.just("member-" + name), Mono.never()));
        })).bindNow();
    }

    private static String yaml(boolean fast, DisposableServer a, DisposableServer b) {
        return """
                headgate:
                  fast-path.enabled: %s
                  pools:
                    web:
                      members: [ "127.0.0.1:%d", "127.0.0.1:%d" ]
                      health: { check: none }
                      sticky: { cookie: S }
                spring.cloud.gateway.server.webflux.routes:
                  - { id: web, uri: "lb://web", predicates: [ "Path=/**" ] }
                """.formatted(fast, a.port(), b.port());
    }

    private static String open(TestGateway gateway, String cookie) throws IOException {
        try (Wire client = new Wire(gateway.port())) {
            client.send("GET /s HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + cookie
                    + "\r\n");
            String head = client.readUntil("\r\n\r\n");
            assertThat(head).startsWith("HTTP/1.1 101");
            client.readUntil("member-");
            return head + "served by " + (char) client.in().read();
        }
    }

    @ParameterizedTest(name = "fast path: {0}")
    @ValueSource(booleans = {true, false})
    void itIsGivenWithTheHandshakeAndKeptByTheNext(boolean fast) throws IOException {
        COOKIES.clear();
        DisposableServer a = member("a");
        DisposableServer b = member("b");
        try (TestGateway gateway = TestGateway.start(yaml(fast, a, b))) {
            Map<Character, String> cookies = new HashMap<>();
            for (int i = 0; cookies.size() < 2; i++) {
                String answer = open(gateway, "");
                cookies.put(answer.charAt(answer.length() - 1), StickyQueueTest.cookie(answer));
                assertThat(i).isLessThan(100);
            }
            assertThat(cookies.values()).doesNotHaveDuplicates();
            for (int i = 0; i < 5; i++) {
                for (Map.Entry<Character, String> known : cookies.entrySet()) {
                    String answer = open(gateway, "Cookie: x=1; " + known.getValue() + "\r\n");
                    assertThat(answer).endsWith("served by " + known.getKey())
                            .doesNotContainIgnoringCase("set-cookie");
                }
            }
            assertThat(COOKIES).as("members do not see it").contains("x=1").noneMatch(c -> c.contains("S="));
        } finally {
            a.disposeNow();
            b.disposeNow();
        }
    }
}
