package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.pool.Address;
import io.headgate.pool.Intent;
import io.headgate.pool.Member;
import io.headgate.pool.MemberSpec;
import io.headgate.pool.Operator;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pool;
import io.headgate.pool.PoolSpec;
import io.headgate.pool.Pools;
import io.headgate.pool.Probe;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of connections to a member that gets no more work. */
@SuppressWarnings("NullAway.Init") // set before each run of the class
@ParameterizedClass(name = "fast path: {0}")
@ValueSource(booleans = {true, false})
class OnDownTest {

    @Parameter
    boolean fast;

    private static TestGateway gateway;
    private HoldingMember server;

    @BeforeParameterizedClassInvocation
    static void start(boolean fast) {
        gateway = TestGateway.start("""
                headgate.pools:
                  web: { members: [], health: { check: none } }
                  strict: { members: [], health: { check: none }, on-down: close }
                  quick: { members: [], health: { check: none }, drain-timeout: 1s }
                  dial: { members: [], health: { check: none }, timeouts: { connect: 2m } }
                  pair: { members: [], health: { check: none }, on-down: close }
                  panic: { members: [], health: { check: none }, on-down: close, panic-threshold: 50 }
                spring.cloud.gateway.server.webflux.routes:
                  - { id: web, uri: "lb://web", predicates: [ "Host=web" ] }
                  - { id: strict, uri: "lb://strict", predicates: [ "Host=strict" ] }
                  - { id: quick, uri: "lb://quick", predicates: [ "Host=quick" ] }
                  - { id: dial, uri: "lb://dial", predicates: [ "Host=dial" ] }
                  - { id: panic, uri: "lb://panic", predicates: [ "Host=panic" ] }
                  - { id: pair, uri: "lb://pair", predicates: [ "Host=pair" ] }
                """, "--headgate.fast-path.enabled=" + fast);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        gateway.close();
    }

    @BeforeEach
    void member() {
        server = new HoldingMember();
        configure("web", server.member(0));
        configure("strict", server.member(0));
        configure("quick", server.member(0));
        configure("panic", server.member(0));
    }

    @AfterEach
    void leave() throws IOException {
        server.close();
        await().until(() -> Stream.of("web", "strict", "quick", "panic").allMatch(p -> inFlight(p) == 0));
    }

    @Test
    void idleConnectionsAreClosedWhenTheirMemberGetsNoMoreWork() throws IOException {
        Operator drain = new Operator(Intent.DRAIN, null, null, null);
        Operator maintenance = new Operator(Intent.MAINTENANCE, null, null, null);
        idleConnectionIsClosedBy(member -> member.pool().probed(member, Probe.DOWN, "test"));
        pool("web").probed(member("web"), Probe.UP, "test");
        idleConnectionIsClosedBy(member -> member.pool().ejected(member, true, "test"));
        pool("web").ejected(member("web"), false, "test");
        idleConnectionIsClosedBy(member -> member.pool().operate(member, drain));
        pool("web").operate(member("web"), Operator.SILENT);
        idleConnectionIsClosedBy(member -> member.pool().operate(member, maintenance));
        pool("web").operate(member("web"), Operator.SILENT);
        idleConnectionIsClosedBy(member -> configure("web"));
    }

    private void idleConnectionIsClosedBy(Consumer<Member> change) throws IOException {
        try (Wire client = asks("web", "/idle")) {
            server.answer(1);
            client.readUntil("ok");
        }
        await().until(() -> inFlight("web") == 0);
        assertThat(server.open()).isEqualTo(1);
        change.accept(member("web"));
        await().until(() -> server.open() == 0);
    }

    @Test
    void whatIsOpenFinishesWhereThePoolSaysNothingElseAndItsConnectionIsNotKept() throws IOException {
        try (Wire client = asks("web", "/open")) {
            pool("web").probed(member("web"), Probe.DOWN, "test");
            server.answer(1);
            assertThat(client.readUntil("ok")).startsWith("HTTP/1.1 200");
            await().until(() -> server.open() == 0);
        }
    }

    @Test
    void aRequestThatWaitsForItsAnswerIsToldThatTheMemberIsDown() throws IOException {
        try (Wire client = asks("strict", "/open")) {
            pool("strict").probed(member("strict"), Probe.DOWN, "test");
            assertThat(client.readUntil("member-down")).startsWith("HTTP/1.1 502");
            server.answer(1); // it looks at its connection again
            await().until(() -> server.open() == 0 && inFlight("strict") == 0);
            assertThat(member("strict").count(Outcome.UNKNOWN)).isEqualTo(1);
        }
    }

    @Test
    void aRequestThatMayBeRepeatedGoesToAnotherMember() throws IOException {
        try (HoldingMember other = new HoldingMember()) {
            configure("pair", server.member(0), other.member(0));
            Wire client = asksOf("pair", "/open");
            await().until(() -> server.asked.size() + other.asked.size() == 1);
            Member first = pool("pair").members().stream().filter(m -> m.inFlight() == 1).findAny()
                    .orElseThrow();
            await().until(() -> { // as in a panic
                pool("pair").probed(first, Probe.DOWN, "test");
                return server.asked.size() + other.asked.size() == 2;
            });
            server.answer(1);
            other.answer(1);
            assertThat(client.readUntil("ok")).startsWith("HTTP/1.1 200");
            assertThat(server.asked).containsExactly("/open");
            assertThat(other.asked).containsExactly("/open");
            await().until(() -> first.count(Outcome.UNKNOWN) == 1);
            client.close();
            configure("pair");
        }
    }

    /** Its system drops what would open a connection, as its queue is full, until the test accepts. */
    @Test
    void aMemberThatIsTakenOutWhileItIsDialledGetsNothing() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket full = new ServerSocket(0, 1, loopback);
                Socket _ = new Socket(loopback, full.getLocalPort());
                Socket _ = new Socket(loopback, full.getLocalPort())) {
            Address address = new Address("127.0.0.1", full.getLocalPort());
            configure("dial", MemberSpec.of(address));
            await().until(() -> pool("dial").available());
            Member member = member("dial");
            try (Wire client = asksOf("dial", "/dial")) {
                await().until(() -> member.inFlight() == 1);
                pool("dial").operate(member, new Operator(Intent.MAINTENANCE, null, null, null));
                full.accept().close();
                full.accept().close();
                assertThat(client.readUntil("maintenance")).startsWith("HTTP/1.1 503");
                await().until(() -> member.inFlight() == 0); // the slow lane closes its connection first
                try (Socket late = full.accept()) { // the kernel dials again every second
                    assertThat(late.getInputStream().readAllBytes()).isEmpty();
                }
            }
            configure("dial");
        }
    }

    @Test
    void anAnswerThatHasBegunIsCut() throws IOException {
        try (Wire client = asks("strict", "/half")) {
            client.readUntil("8 bytes ");
            pool("strict").probed(member("strict"), Probe.DOWN, "test");
            assertThat(client.readAll()).doesNotContain("ok");
        }
    }

    @Test
    void anAnswerWithoutALengthThatHasBegunIsNotTakenForWhole() throws IOException {
        try (Wire client = asks("strict", "/endless")) {
            client.readUntil("8 bytes ");
            pool("strict").probed(member("strict"), Probe.DOWN, "test");
            assertThat(client.readAll()).doesNotContain("ok").doesNotContain("0\r\n\r\n");
        }
    }

    @Test
    void anAnswerWhoseHeadAloneHasComeIsToldOrCut() throws IOException {
        try (Wire client = asks("strict", "/head")) {
            pool("strict").probed(member("strict"), Probe.DOWN, "test");
            // the slow lane has not passed the head on yet
            String heard = fast ? client.readAll() : client.readUntil("member-down");
            assertThat(heard).startsWith(fast ? "HTTP/1.1 200" : "HTTP/1.1 502").doesNotContain("ok");
            await().until(() -> inFlight("strict") == 0);
        }
    }

    @Test
    void aRequestWhoseBodyIsOnItsWayIsToldToo() throws IOException {
        int before = server.asked.size();
        try (Wire client = new Wire(gateway.port()).send(
                "POST /open HTTP/1.1\r\nHost: strict\r\nContent-Length: 100\r\n\r\nhalf of it")) {
            await().until(() -> inFlight("strict") == 1 && server.open() == 1);
            pool("strict").probed(member("strict"), Probe.DOWN, "test");
            assertThat(client.readUntil("member-down")).startsWith("HTTP/1.1 502");
            assertThat(server.asked).hasSize(before);
        }
    }

    @Test
    void aMemberInMaintenanceIsLeftAtOnceWhateverThePoolSaysAndItsPlaceIsFree() throws IOException {
        Operator maintenance = new Operator(Intent.MAINTENANCE, null, null, null);
        try (Wire waiting = asks("web", "/open"); Wire begun = asks("web", "/half")) {
            begun.readUntil("8 bytes ");
            pool("web").operate(member("web"), maintenance);
            assertThat(waiting.readUntil("maintenance")).startsWith("HTTP/1.1 503");
            assertThat(begun.readAll()).doesNotContain("ok");
            await().until(() -> inFlight("web") == 0);
        }
        pool("web").operate(member("web"), Operator.SILENT);
        server.answer(3);
        try (Wire client = asks("web", "/again")) {
            assertThat(client.readUntil("ok")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void aDrainThatTakesTooLongEndsWhatIsLeft() throws IOException {
        Operator drain = new Operator(Intent.DRAIN, null, null, null);
        try (Wire waiting = asks("quick", "/open"); Wire begun = asks("quick", "/half")) {
            begun.readUntil("8 bytes ");
            pool("quick").operate(member("quick"), drain);
            assertThat(waiting.readUntil("drain-timeout")).startsWith("HTTP/1.1 503");
            assertThat(begun.readAll()).doesNotContain("ok");
            await().until(() -> inFlight("quick") == 0);
        }
    }

    /** The two pools share the member's address, and on the slow lane the connections to it. */
    @Test
    void whatIsOpenOnAnotherMemberOrInAnotherPoolGoesOn() throws IOException {
        try (Wire first = asks("strict", "/kept")) {
            server.answer(1);
            first.readUntil("ok");
            await().until(() -> inFlight("strict") == 0);
            try (Wire other = asks("web", "/open"); Wire begun = asks("web", "/half")) {
                begun.readUntil("8 bytes ");
                pool("strict").probed(member("strict"), Probe.DOWN, "test");
                server.answer(2);
                assertThat(other.readUntil("ok")).startsWith("HTTP/1.1 200");
                begun.readUntil("ok");
            }
        }
    }

    @Test
    void aMemberThatIsDownServesInAPanic() throws IOException {
        await().until(() -> { // a pool without checks takes its member to be up, a moment after it has come
            pool("panic").probed(member("panic"), Probe.DOWN, "test");
            return pool("panic").panic();
        });
        try (Wire client = asks("panic", "/panic")) {
            server.answer(1);
            assertThat(client.readUntil("ok")).startsWith("HTTP/1.1 200");
        }
    }

    private static Wire asksOf(String host, String path) throws IOException {
        return new Wire(gateway.port()).send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    }

    private Wire asks(String host, String path) throws IOException {
        int before = server.asked.size();
        Wire client = asksOf(host, path);
        await().until(() -> server.asked.size() > before || client.in().available() > 0);
        assertThat(server.asked.size() > before ? "" : client.readUntil("\r\n\r\n")).isEmpty();
        return client;
    }

    private static void configure(String name, MemberSpec... members) {
        PoolSpec now = pool(name).spec();
        gateway.bean(Pools.class).update(now.withMembers(List.of(members)));
    }

    private static Pool pool(String name) {
        return gateway.bean(Pools.class).find(name).orElseThrow();
    }

    private static Member member(String name) {
        return pool(name).members().getFirst();
    }

    private static int inFlight(String name) {
        return pool(name).members().stream().mapToInt(Member::inFlight).sum();
    }
}
