package io.headgate.l7;

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
import io.netty.util.concurrent.SingleThreadEventExecutor;
import io.netty.util.concurrent.Ticker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections in the pool that their member has closed, or closes just as a request comes. */
@ParameterizedClass
@EnumSource(names = {"FAST", "SLOW"})
@SuppressWarnings("NullAway.Init")
class StaleConnectionTest {

    @Parameter
    Lane lane;

    private static final Semaphore closes = new Semaphore(0);
    private static final Semaphore closed = new Semaphore(0);
    private static RawServer member;
    private static RawServer impatient;
    private static TestGateway gateway;

    @BeforeParameterizedClassInvocation
    static void start(Lane lane) {
        member = new RawServer(StaleConnectionTest::serve);
        impatient = new RawServer(socket -> closes.acquireUninterruptibly());
        gateway = TestGateway.start("""
                headgate:
                  pools.p: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                  pools.q: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                  fast-path.enabled: %s
                spring.cloud.gateway.server.webflux.routes:
                  - { id: q, uri: "lb://q", predicates: [ "Path=/impatient" ] }
                  - { id: all, uri: "lb://p", predicates: [ "Path=/**" ] }
                """.formatted(member.port(), impatient.port(), lane == Lane.FAST));
    }

    @AfterEach
    void nothingIsInFlight() {
        await().untilAsserted(() -> assertThat(toMember().inFlight()).isZero());
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        gateway.close();
        member.close();
        impatient.close();
    }

    private static Member toMember() {
        return gateway.bean(Pools.class).find("p").orElseThrow().members().getFirst();
    }

    /**
     * Answers, to "/whole" when a body of 10 bytes has come, until it is told to close: "/last" with the next
     * request on the connection, which is read and not answered, "/end" at once.
     */
    private static void serve(Socket socket) throws IOException {
        BufferedReader in = new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (!RawServer.readHead(in)) { // the rest of it
                return;
            }
            for (int left = line.contains("/whole") ? 10 : 0; left > 0; left--) {
                in.read();
            }
            RawServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"
                    + (line.contains("/announced") ? "Keep-Alive: timeout=2\r\n" : "") + "\r\nok");
            if (line.contains("/last")) {
                in.readLine();
                return;
            }
            if (line.contains("/end")) {
                closes.acquireUninterruptibly();
                socket.close();
                closed.release();
                return;
            }
        }
    }

    @Test
    void whatCanBeRepeatedGoesToTheSameMemberByANewConnectionAndNobodyIsToBlame() {
        assertThat(gateway.get("/last").statusCode()).isEqualTo(200);
        int before = member.accepted();
        assertThat(gateway.get("/other").body()).isEqualTo("ok");
        assertThat(member.accepted()).isEqualTo(before + 1);
        assertThat(toMember().count(Outcome.RESET)).isZero();
        assertThat(gateway.get("/other").body()).isEqualTo("ok");
    }

    @Test
    void whatCannotBeRepeatedIsAnsweredAndNobodyIsToBlame() {
        assertThat(gateway.get("/last").statusCode()).isEqualTo(200);
        int before = member.accepted();
        HttpResponse<String> refused = gateway.post("/other", "hello");
        assertThat(refused.statusCode()).isEqualTo(502);
        assertThat(refused.body()).contains("upstream-reset");
        await().untilAsserted(() -> assertThat(toMember().inFlight()).isZero());
        assertThat(toMember().count(Outcome.RESET)).isZero();
        assertThat(member.accepted()).isEqualTo(before);
    }

    /**
     * The member has closed, and the loop of its connection does not know: held up, it finds the request
     * first.
     */
    @Test
    void aRequestOfWhichNothingWasSentIsRepeatedWhateverItsMethod() throws Exception {
        List<Wire> clients = new ArrayList<>(); // of various loops
        for (int i = 0; i < 3; i++) {
            clients.add(new Wire(gateway.port()));
        }
        for (EventExecutor loop : gateway.bean(EventLoops.class).group()) {
            for (Wire client : clients) {
                clients.getFirst().send("GET /end HTTP/1.1\r\nHost: a\r\n\r\n").readUntil("ok");
                CountDownLatch goesOn = new CountDownLatch(1);
                CountDownLatch held = new CountDownLatch(1);
                loop.execute(() -> {
                    held.countDown();
                    awaitQuietly(goesOn);
                });
                held.await();
                closes.release();
                closed.acquire();
                client.send("POST /unsent HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
                try {
                    await().pollInterval(Duration.ofMillis(5)).atMost(Duration.ofMillis(300))
                            .until(() -> ((SingleThreadEventExecutor) loop).pendingTasks() > 0);
                } catch (ConditionTimeoutException e) {
                    // it is the client's own loop, or the member's connection is of another
                }
                goesOn.countDown();
                assertThat(client.readUntil("ok")).startsWith("HTTP/1.1 200");
            }
        }
        assertThat(toMember().count(Outcome.RESET)).isZero();
        for (Wire client : clients) {
            client.close();
        }
    }

    /**
     * The connection is the request's from the moment at which it is taken, long before the body is there.
     */
    @Test
    void anAnnouncedEndDoesNotMeetARequestThatWaitsForItsBody() throws Exception {
        try (Wire client = new Wire(gateway.port())) {
            client.send("GET /announced HTTP/1.1\r\nHost: a\r\n\r\n").readUntil("ok");
            int before = member.accepted();
            client.send("DELETE /whole HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n01234");
            await().until(() -> toMember().inFlight() == 1);
            long begun = Ticker.systemTicker().nanoTime();
            await().until(
                    () -> Ticker.systemTicker().nanoTime() - begun > 1_200_000_000L || member.open() == 0);
            assertThat(client.send("56789").readUntil("ok")).startsWith("HTTP/1.1 200");
            assertThat(member.accepted()).isEqualTo(before);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The body is late, the member has no patience: nothing was sent, but a part of it may have come. */
    @Test
    void aConnectionThatEndsBeforeTheBodyHasComeIsTheMembersFailure() throws Exception {
        try (Wire client = new Wire(gateway.port())) {
            client.send("DELETE /impatient HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n");
            await().until(() -> impatient.accepted() > 0);
            closes.release();
            await().until(() -> impatient.open() == 0);
            client.send("0123456789");
            assertThat(client.readUntil("upstream-reset")).startsWith("HTTP/1.1 502");
        }
    }
}
