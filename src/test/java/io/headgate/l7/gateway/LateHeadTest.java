package io.headgate.l7.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.net.EventLoops;
import io.headgate.pool.Member;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pools;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Ticker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Heads of answers that are late, by their member's doing or by ours. */
class LateHeadTest {

    private static final Semaphore asked = new Semaphore(0);
    private static final Semaphore answers = new Semaphore(0);
    private static final List<Socket> filling = new ArrayList<>();
    private static RawServer dripping;
    private static RawServer hinting;
    private static RawServer answering;
    private static RawServer silent;
    private static RawServer waking;
    private static ServerSocket full;
    private static TestGateway gateway;

    @BeforeAll
    static void start() throws IOException {
        dripping = new RawServer(socket -> {
            RawServer.readHead(socket);
            RawServer.write(socket, "HTTP/1.1 200 OK\r\nX: ");
            socket.setSoTimeout(100);
            while (!hasEnded(socket)) {
                RawServer.write(socket, "x");
            }
        });
        hinting = new RawServer(socket -> {
            RawServer.readHead(socket);
            RawServer.write(socket, "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(101));
            RawServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        answering = new RawServer(socket -> {
            RawServer.readHead(socket);
            asked.release();
            answers.acquireUninterruptibly();
            RawServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        silent = new RawServer(socket -> {
            RawServer.readHead(socket);
            asked.release();
            RawServer.swallow(socket);
        });
        AtomicBoolean awake = new AtomicBoolean();
        waking = new RawServer(socket -> {
            if (awake.getAndSet(true)) {
                RawServer.answering("up").with(socket);
            } else {
                RawServer.swallow(socket);
            }
        });
        full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        fill();
        gateway = TestGateway.start("""
                headgate:
                  pools:
                    dripping:
                      members: [ "127.0.0.1:%d" ]
                      health: { check: none }
                      timeouts: { response: 500ms }
                    hinting:
                      members: [ "127.0.0.1:%d" ]
                      health: { check: none }
                    answering:
                      members: [ "127.0.0.1:%d" ]
                      health: { check: none }
                      timeouts: { response: 3s }
                    silent:
                      members: [ "127.0.0.1:%d" ]
                      health: { check: none }
                      timeouts: { response: 3s }
                    full:
                      members: [ "127.0.0.1:%d" ]
                      health: { check: none }
                      timeouts: { connect: 3s }
                    patient:
                      members: [ "127.0.0.1:%d" ]
                      health: { check: none }
                      timeouts: { connect: 100ms }
                    alone:
                      members: [ "127.0.0.1:%d" ]
                      max-connections: 1
                      health: { check: none }
                      timeouts: { response: 1s }
                  fast-path.enabled: false
                spring.cloud.gateway.server.webflux.routes:
                  - { id: dripping, uri: "lb://dripping", predicates: [ "Path=/dripping" ] }
                  - id: own
                    uri: lb://dripping
                    predicates: [ "Path=/own" ]
                    metadata: { response-timeout: 400 }
                  - { id: hinting, uri: "lb://hinting", predicates: [ "Path=/hinting" ] }
                  - { id: answering, uri: "lb://answering", predicates: [ "Path=/answering" ] }
                  - { id: silent, uri: "lb://silent", predicates: [ "Path=/silent" ] }
                  - id: silent-own
                    uri: lb://silent
                    predicates: [ "Path=/silent-own" ]
                    metadata: { response-timeout: 2900 }
                  - { id: full, uri: "lb://full", predicates: [ "Path=/full" ] }
                  - id: patient
                    uri: lb://patient
                    predicates: [ "Path=/patient" ]
                    metadata: { connect-timeout: 900 }
                  - id: alone
                    uri: lb://alone
                    predicates: [ "Path=/alone" ]
                    filters: [ FallbackHeaders, "Retry=3" ]
                """.formatted(dripping.port(), hinting.port(), answering.port(), silent.port(),
                full.getLocalPort(), full.getLocalPort(), waking.port()));
    }

    private static boolean hasEnded(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    /** Until the system takes no more connections that nobody accepts. */
    private static void fill() throws IOException {
        for (int i = 0; i < 10; i++) {
            Socket socket = new Socket();
            filling.add(socket);
            try {
                socket.connect(full.getLocalSocketAddress(), 200);
            } catch (SocketTimeoutException e) {
                return;
            }
        }
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        for (RawServer server : List.of(dripping, hinting, answering, silent, waking)) {
            server.close();
        }
        for (Socket socket : filling) {
            socket.close();
        }
        full.close();
    }

    private static Member member(String pool) {
        return gateway.bean(Pools.class).find(pool).orElseThrow().members().getFirst();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/dripping", "/own"})
    void aHeadThatComesByteByByteHasNoMoreTimeThanOneThatDoesNot(String path) {
        long before = member("dripping").count(Outcome.TIMEOUT);
        assertThat(gateway.get(path).body()).contains("\"response-timeout\"");
        await().untilAsserted(
                () -> assertThat(member("dripping").count(Outcome.TIMEOUT)).isEqualTo(before + 1));
    }

    @Test
    void answersThatSayThatAnAnswerWillComeHaveAnEnd() {
        assertThat(gateway.get("/hinting").body()).contains("\"bad-response\"");
    }

    @Test
    void aRetryFindsThePlaceThatItsFirstTryHasGivenUp() {
        assertThat(gateway.get("/alone").body()).isEqualTo("up");
    }

    /** Where this machine is slow one may count as our own lateness: then it is tried once more. */
    @Test
    void aMemberThatNobodyCanConnectToIsToBlameHoweverLongTheRouteWaits() {
        await().until(() -> {
            assertThat(gateway.get("/patient").body()).contains("\"connect-timeout\"");
            return member("patient").count(Outcome.CONNECT_FAILED) > 0;
        });
    }

    /** As where the process is paused. */
    @Test
    void whatCameInTimeIsReadAndNobodyIsToBlameWhereWeWereLate() throws Exception {
        List<Wire> clients = new ArrayList<>();
        for (String path : List.of("/answering", "/silent", "/silent-own", "/full")) {
            clients.add(new Wire(gateway.port()).send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n"));
        }
        await().until(() -> member("full").inFlight() == 1);
        asked.acquire(3);
        CountDownLatch goesOn = new CountDownLatch(1); // and it begins well before any of their limits ends
        for (EventExecutor loop : gateway.bean(EventLoops.class).group()) {
            loop.execute(() -> awaitQuietly(goesOn));
        }
        answers.release();
        Ticker ticker = Ticker.systemTicker();
        long begun = ticker.nanoTime();
        await().until(() -> ticker.nanoTime() - begun > Duration.ofMillis(3_600).toNanos());
        goesOn.countDown();
        assertThat(clients.get(0).readUntil("ok")).startsWith("HTTP/1.1 200 ");
        assertThat(clients.get(1).readUntil("response-timeout")).startsWith("HTTP/1.1 504 ");
        assertThat(clients.get(2).readUntil("response-timeout")).startsWith("HTTP/1.1 504 ");
        assertThat(clients.get(3).readUntil("connect-timeout")).startsWith("HTTP/1.1 504 ");
        await().until(() -> member("silent").inFlight() == 0 && member("full").inFlight() == 0);
        assertThat(member("silent").count(Outcome.TIMEOUT)).isZero();
        assertThat(member("silent").count(Outcome.UNKNOWN)).isEqualTo(2);
        assertThat(member("full").count(Outcome.CONNECT_FAILED)).isZero();
        for (Wire client : clients) {
            client.close();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
