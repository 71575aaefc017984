package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.pool.AdaptiveSpec;
import io.headgate.pool.Intent;
import io.headgate.pool.Member;
import io.headgate.pool.MemberSpec;
import io.headgate.pool.Operator;
import io.headgate.pool.Pool;
import io.headgate.pool.Pools;
import io.headgate.pool.QueueSpec;
import io.headgate.pool.QueueState;
import io.headgate.testing.PoolBuilder;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that wait for a place on a member. */
@SuppressWarnings("NullAway.Init") // set before each run of the class
@ParameterizedClass(name = "fast path: {0}")
@ValueSource(booleans = {true, false})
class QueuedRequestsTest {

    private static final QueueSpec PATIENT = new QueueSpec(2_000, Duration.ofMinutes(1));

    @Parameter
    boolean fast;

    private static TestGateway gateway;
    private HoldingMember member;
    private final List<Wire> clients = new ArrayList<>();

    @BeforeParameterizedClassInvocation
    static void start(boolean fast) {
        gateway = TestGateway.start("""
                headgate.pools.web: { members: [], health: { check: none } }
                headgate.client.max-body-size: 0
                spring.cloud.gateway.server.webflux.routes:
                  - { id: web, uri: "lb://web", predicates: [ "Path=/**" ] }
                """, "--headgate.fast-path.enabled=" + fast);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        gateway.close();
    }

    @BeforeEach
    void member() {
        member = new HoldingMember();
        configure(PATIENT, member.member(1));
    }

    @AfterEach
    void leave() throws IOException {
        for (Wire client : clients) {
            client.close();
        }
        member.close();
        await().until(() -> inFlight() == 0 && pool().queue().length() == 0);
    }

    @Test
    void requestsAreServedInTheOrderOfTheirArrival() throws IOException {
        served();
        List<Wire> waiting = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            waiting.add(waits("/" + i));
        }
        for (int i = 0; i < 10; i++) {
            member.answer(1);
            String path = "/" + i;
            await().until(() -> member.asked.getLast().equals(path));
            assertThat(inFlight()).isEqualTo(1);
        }
        member.answer(1);
        for (Wire client : waiting) {
            assertThat(client.readUntil("ok")).startsWith("HTTP/1.1 200");
        }
        assertThat(gateway.manage("/actuator/pools/web").body()).contains("\"queue\":{\"size\":2000")
                .contains("\"length\":0");
        assertThat(gateway.manage("/actuator/prometheus").body())
                .contains("headgate_pool_queue_length{pool=\"web\"} 0.0")
                .contains("headgate_pool_queue_wait_seconds_count{pool=\"web\"}");
    }

    @Test
    void anAdaptiveLimitHasTheSameQueue() throws IOException {
        gateway.bean(Pools.class)
                .update(new PoolBuilder(pool().spec()).withMembers(List.of(member.member(0)))
                        .withQueue(PATIENT)
                        .withAdaptive(new AdaptiveSpec(Duration.ofMinutes(1), 1, 9)).spec());
        Member limited = pool().members().getFirst();
        assertThat(limited.limit()).isEqualTo(1);
        served();
        Wire waiting = waits("/waits");
        assertThat(gateway.manage("/actuator/prometheus").body())
                .containsPattern("headgate_member_limit\\{[^}]*pool=\"web\"} 1\\.0");
        member.answer(2);
        assertThat(waiting.readUntil("ok")).startsWith("HTTP/1.1 200");
    }

    @Test
    void aRequestThatFindsTheQueueFullIsToldSo() throws IOException {
        configure(new QueueSpec(1, Duration.ofMinutes(1)), member.member(1));
        served();
        waits("/waits");
        HttpResponse<String> answer = gateway.get("/full");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("queue-full");
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }

    @Test
    void aRequestThatWaitsTooLongIsToldSo() throws IOException {
        configure(new QueueSpec(10, Duration.ofMillis(300)), member.member(1));
        served();
        HttpResponse<String> answer = gateway.get("/late");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("queue-timeout");
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(member.asked).containsExactly("/served");
        member.answer(2);
        assertThat(gateway.get("/next").statusCode()).isEqualTo(200);
    }

    @Test
    void aClientThatLeavesGivesItsPlaceInTheQueueBack() throws IOException {
        served();
        Wire closing = waits("/closing");
        Wire resetting = waits("/resetting");
        Wire sending = sends("POST /sending HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n"
                + "x".repeat(100_000));
        waits("/staying");
        closing.close();
        resetting.socket().setSoLinger(true, 0);
        resetting.close();
        sending.close();
        await().until(() -> pool().queue().length() == 1);
        member.answer(1);
        await().until(() -> member.asked.getLast().equals("/staying"));
        assertThat(member.asked).containsExactly("/served", "/staying");
    }

    @Test
    void aBodyIsNotReadWhileItsRequestWaits() throws Exception {
        served();
        int length = 60_000_000;
        Wire client = sends("POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + "\r\n\r\n");
        AtomicLong sent = new AtomicLong();
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> send(client, length, sent));
        AtomicLong before = new AtomicLong(-1);
        await().pollInterval(Duration.ofMillis(500)).until(() -> before.getAndSet(sent.get()) == sent.get());
        assertThat(sent.get()).as("what the system's buffers hold").isLessThan(length / 2);
        assertThat(pool().queue().length()).isEqualTo(1);
        member.answer(2);
        assertThat(client.readUntil("ok")).startsWith("HTTP/1.1 200");
        sending.get();
        assertThat(member.bodyBytes).hasValue(length);
    }

    @Test
    void aMemberThatComesBackOrHasMorePlacesServesWhoWaits() throws IOException {
        served();
        Wire first = waits("/first");
        configure(PATIENT, member.member(2));
        await().until(() -> member.asked.contains("/first"));
        Wire second = waits("/second");
        Member only = pool().members().getFirst();
        pool().operate(only, new Operator(Intent.DRAIN, null, null, null));
        member.answer(2);
        assertThat(first.readUntil("ok")).startsWith("HTTP/1.1 200");
        await().until(() -> inFlight() == 0);
        assertThat(pool().queue().length()).isEqualTo(1);
        pool().operate(only, Operator.SILENT);
        member.answer(1);
        assertThat(second.readUntil("ok")).startsWith("HTTP/1.1 200");
    }

    @Test
    void pipelinedRequestsWaitInTurn() throws IOException {
        Wire other = served();
        Wire client = sends(get("/a") + get("/b") + get("/c"));
        member.answer(4);
        assertThat(other.readUntil("ok")).startsWith("HTTP/1.1 200");
        for (int i = 0; i < 3; i++) {
            assertThat(client.readUntil("ok")).startsWith("HTTP/1.1 200");
        }
        assertThat(member.asked).containsExactly("/served", "/a", "/b", "/c");
    }

    @Test
    void aThousandWaitingClientsThatVanishAtOnceLeaveNothingBehind() throws IOException {
        QueueState before = pool().queue();
        Wire first = served();
        for (int i = 0; i < 1_000; i++) {
            client().send(get("/" + i));
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> pool().queue().length() == 1_000);
        for (Wire client : clients) {
            if (client != first) {
                client.close();
            }
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> pool().queue().length() == 0);
        assertThat(pool().queue().left()).isEqualTo(before.left() + 1_000);
        assertThat(inFlight()).isEqualTo(1);
        member.answer(2);
        assertThat(gateway.get("/next").statusCode()).isEqualTo(200);
        assertThat(member.asked).containsExactly("/served", "/next");
    }

    private static void send(Wire client, int length, AtomicLong sent) {
        byte[] part = new byte[100_000];
        try {
            for (int left = length; left > 0; left -= part.length) {
                client.socket().getOutputStream().write(part);
                sent.addAndGet(part.length);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void configure(QueueSpec queue, MemberSpec... members) {
        gateway.bean(Pools.class)
                .update(new PoolBuilder(pool().spec()).withMembers(List.of(members)).withQueue(queue).spec());
    }

    private static Pool pool() {
        return gateway.bean(Pools.class).find("web").orElseThrow();
    }

    private static int inFlight() {
        return pool().members().stream().mapToInt(Member::inFlight).sum();
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
    }

    private Wire client() throws IOException {
        Wire client = new Wire(gateway.port());
        clients.add(client);
        return client;
    }

    /** A client whose request holds the member's place. */
    private Wire served() throws IOException {
        Wire client = client().send(get("/served"));
        await().until(() -> member.asked.contains("/served"));
        return client;
    }

    /** A client whose request is in the queue. */
    private Wire waits(String path) throws IOException {
        return sends(get(path));
    }

    private Wire sends(String request) throws IOException {
        int before = pool().queue().length();
        Wire client = client().send(request);
        await().until(() -> pool().queue().length() == before + 1);
        return client;
    }
}
