package io.headgate.l7;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.headgate.l7.fast.FastPath;
import io.headgate.pool.Intent;
import io.headgate.pool.Member;
import io.headgate.pool.Operator;
import io.headgate.pool.Pool;
import io.headgate.pool.Pools;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** A WebSocket client and server, neither of them ours, over both lanes. */
@ParameterizedClass
@EnumSource(names = {"FAST", "SLOW"})
@SuppressWarnings("NullAway.Init")
class WebSocketTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static DisposableServer server;
    private static TestGateway gateway;

    @Parameter
    Lane lane;

    @BeforeParameterizedClassInvocation
    static void start(Lane lane) {
        server = HttpServer.create().host("127.0.0.1").port(0)
                .route(routes -> routes.get("/plain", (in, out) -> out.sendString(Mono.just("plain"))).ws(
                        "/echo",
                        (in, out) -> out.sendObject(in.receiveFrames()
                                .takeUntil(frame -> frame.content().toString(UTF_8).equals("end"))
                                .map(frame -> frame.retain()))))
                .bindNow();
        gateway = TestGateway.start(yaml(lane, 2, "1h", "30s"));
        await().until(() -> gateway.bean(FastPath.class).routes().routes().size() == 2);
    }

    private static String yaml(Lane lane, int max, String idle, String drain) {
        return """
                headgate:
                  pools.p: { members: [ "127.0.0.1:%1$d" ], health: { check: none } }
                  tunnels: { max: %2$d, idle-timeout: %3$s }
                  shutdown.drain-timeout: %4$s
                  fast-path: { enabled: %5$s, debug-header: true }
                spring.cloud.gateway.server.webflux.routes:
                  - id: fixed
                    uri: "http://127.0.0.1:%1$d"
                    predicates: [ "Path=/fixed/**" ]
                    filters: [ StripPrefix=1 ]
                  - { id: all, uri: "lb://p", predicates: [ "Path=/**" ] }
                """.formatted(server.port(), max, idle, drain, lane == Lane.FAST);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        gateway.close();
        server.disposeNow();
    }

    /** Puts together what comes. */
    private static final class Received implements WebSocket.Listener {

        private final StringBuilder text = new StringBuilder();
        private final CompletableFuture<String> whole = new CompletableFuture<>();
        private final CompletableFuture<Long> binary = new CompletableFuture<>();
        private final CompletableFuture<String> end = new CompletableFuture<>();
        private long bytes;

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                whole.complete(text.toString());
            }
            socket.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            bytes += data.remaining();
            if (last) {
                binary.complete(bytes);
            }
            socket.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            end.complete("closed " + code);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            end.complete("broken");
        }
    }

    private static boolean refuses(int port) {
        try {
            new Wire(port).close();
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static WebSocket open(TestGateway gateway, Received received) {
        return open(gateway, "/echo", received);
    }

    private static WebSocket open(TestGateway gateway, String path, Received received) {
        return HTTP.newWebSocketBuilder().connectTimeout(Duration.ofSeconds(10))
                .buildAsync(URI.create("ws://127.0.0.1:" + gateway.port() + path), received).join();
    }

    @Test
    void textAndBytesGoBothWaysAndTheCloseToo() throws Exception {
        Received received = new Received();
        WebSocket socket = open(gateway, received);
        socket.sendText("hello", true).join();
        assertThat(received.whole.get(10, TimeUnit.SECONDS)).isEqualTo("hello");
        byte[] block = new byte[60_000];
        new Random(1).nextBytes(block);
        socket.sendBinary(ByteBuffer.wrap(block), true).join();
        assertThat(received.binary.get(10, TimeUnit.SECONDS)).isEqualTo(block.length);
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "bye").join();
        received.end.get(10, TimeUnit.SECONDS);
        await().until(() -> gateway.bean(FastPath.class).openTunnels() == 0);
    }

    /** On the slow lane its connection may not be one that serves plain requests. */
    @Test
    void oneIsOpenedWhereAPlainRequestWasAnsweredBefore() throws Exception {
        for (String prefix : new String[]{"", "/fixed"}) {
            assertThat(gateway.get(prefix + "/plain").body()).isEqualTo("plain");
            Received received = new Received();
            WebSocket socket = open(gateway, prefix + "/echo", received);
            socket.sendText("hello", true).join();
            assertThat(received.whole.get(10, TimeUnit.SECONDS)).isEqualTo("hello");
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "bye").join();
            received.end.get(10, TimeUnit.SECONDS);
        }
        await().until(() -> gateway.bean(FastPath.class).openTunnels() == 0);
    }

    @Test
    void oneOnAMemberThatIsTakenOutIsClosed() throws Exception {
        Received received = new Received();
        Received silent = new Received();
        open(gateway, received).sendText("hello", true);
        open(gateway, silent);
        assertThat(received.whole.get(10, TimeUnit.SECONDS)).isEqualTo("hello");
        Pool pool = gateway.bean(Pools.class).find("p").orElseThrow();
        Member member = pool.members().getFirst();
        await().until(() -> member.inFlight() == 2);
        pool.operate(member, new Operator(Intent.MAINTENANCE, null, null, null));
        assertThat(received.end.get(10, TimeUnit.SECONDS)).isNotNull();
        assertThat(silent.end.get(10, TimeUnit.SECONDS)).isNotNull();
        await().until(() -> member.inFlight() == 0);
        pool.operate(member, Operator.SILENT);
    }

    @Test
    void itHoldsItsMemberUntilEitherSideIsGone() throws Exception {
        Member member = gateway.bean(Pools.class).find("p").orElseThrow().members().getFirst();
        await().until(() -> member.inFlight() == 0);
        Received received = new Received();
        WebSocket aborted = open(gateway, new Received());
        WebSocket ended = open(gateway, received);
        await().until(() -> member.inFlight() == 2);
        aborted.abort();
        await().until(() -> member.inFlight() == 1);
        ended.sendText("end", true);
        received.end.get(10, TimeUnit.SECONDS);
        await().until(() -> member.inFlight() == 0);
    }

    @Test
    void noMoreAreOpenedThanTheLimitAllows() {
        if (lane == Lane.FAST) {
            Received received = new Received();
            WebSocket first = open(gateway, received);
            WebSocket second = open(gateway, new Received());
            assertThat(gateway.bean(FastPath.class).openTunnels()).isEqualTo(2);
            assertThat(catchThrowable(() -> open(gateway, new Received())))
                    .isInstanceOf(CompletionException.class).rootCause().hasMessageContaining("503");
            first.abort();
            await().until(() -> gateway.bean(FastPath.class).openTunnels() == 1);
            open(gateway, new Received()).abort();
            second.abort();
            await().until(() -> gateway.bean(FastPath.class).openTunnels() == 0);
        }
    }

    @Test
    void oneThatIsSilentForTooLongIsClosed() throws Exception {
        if (lane == Lane.FAST) {
            try (TestGateway quick = TestGateway.start(yaml(lane, 0, "300ms", "30s"))) {
                await().until(() -> quick.bean(FastPath.class).routes().routes().size() == 2);
                Received received = new Received();
                open(quick, received);
                assertThat(received.end.get(10, TimeUnit.SECONDS)).isNotNull();
                await().until(() -> quick.bean(FastPath.class).openTunnels() == 0);
            }
        }
    }

    @Test
    void oneThatIsOpenAtShutdownHasItsTimeAndIsClosedThen() throws Exception {
        if (lane == Lane.FAST) {
            TestGateway ending = TestGateway.start(yaml(lane, 0, "1h", "3s"));
            await().until(() -> ending.bean(FastPath.class).routes().routes().size() == 2);
            FastPath path = ending.bean(FastPath.class);
            Received received = new Received();
            WebSocket socket = open(ending, received);
            int port = ending.port();
            Thread closing = Thread.ofVirtual().start(ending::close);
            await().until(() -> refuses(port));
            socket.sendText("still here", true);
            assertThat(received.whole.get(10, TimeUnit.SECONDS)).isEqualTo("still here");
            assertThat(received.end.get(20, TimeUnit.SECONDS)).isNotNull();
            closing.join();
            assertThat(path.openTunnels()).isZero();
        }
    }

    @Test
    void answersTellHowTheyCameAboutWhereThatIsAskedFor() {
        assertThat(gateway.get("/nothing").headers().firstValue("X-Headgate")).hasValue(
                "lane=" + (lane == Lane.FAST ? "fast" : "slow") + "; route=all; member=p/127.0.0.1:"
                        + server.port());
    }
}
