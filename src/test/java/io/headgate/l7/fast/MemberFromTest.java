package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.l7.route.Compiled;
import io.headgate.l7.route.FastRoute;
import io.headgate.l7.route.Hedging;
import io.headgate.l7.route.Target;
import io.headgate.pool.Address;
import io.headgate.pool.ConnectionCounts;
import io.headgate.pool.Intent;
import io.headgate.pool.Member;
import io.headgate.pool.MemberProtocol;
import io.headgate.pool.MemberSpec;
import io.headgate.pool.Operator;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pool;
import io.headgate.pool.Timeouts;
import io.headgate.testing.NetworkLab;
import io.headgate.testing.PoolBuilder;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;

/** Connections to members from clients' own addresses. */
class MemberFromTest {

    private static final int PORT = 8080;
    private static final String CLIENT = NetworkLab.address(0, 2);
    private static final String OTHER = NetworkLab.address(0, 3);
    private static final String MEMBER = NetworkLab.address(1, 2);
    private static final String SECOND = NetworkLab.address(1, 3);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final LoopResources LOOPS = LoopResources.create("member", 1, true);
    private static NetworkLab lab;
    private static DisposableServer member;
    /** It does not answer the next request. */
    private static final AtomicBoolean SILENT = new AtomicBoolean();

    private Gateway gateway;

    /** The member says whom it sees. */
    @BeforeAll
    static void lab() {
        NetworkLab.assume();
        lab = new NetworkLab(1);
        lab.keepAnswers();
        also(0, OTHER);
        also(1, SECOND);
        member = lab.in(1, () -> HttpServer.create().runOn(LOOPS).host("0.0.0.0").port(PORT)
                .protocol(HttpProtocol.HTTP11, HttpProtocol.H2C)
                .handle((request, response) -> {
                    InetSocketAddress seen = request.remoteAddress();
                    if (SILENT.getAndSet(false)) {
                        return Mono.never();
                    }
                    return response.sendString(Mono.just(seen == null
                            ? "nobody"
                            : seen.getAddress().getHostAddress() + " " + seen.getPort()));
                }).bindNow());
    }

    @BeforeEach
    void open() {
        gateway = lab.inGateway(Gateway::keepingSource);
    }

    private static void also(int wire, String address) {
        lab.in(wire, () -> new ProcessBuilder("ip", "addr", "add", address + "/24", "dev", "eth0").start()
                .waitFor());
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    @AfterAll
    static void end() {
        if (lab != null) {
            member.disposeNow();
            LOOPS.dispose();
            lab.close();
        }
    }

    private Pool pool(MemberProtocol protocol, String... members) {
        return pool(protocol, PORT, members);
    }

    private Pool pool(MemberProtocol protocol, int port, String... members) {
        List<MemberSpec> specs = List.of(members).stream()
                .map(host -> new MemberSpec(host, new Address(host, port), 1, 0, false, null)).toList();
        Timeouts timeouts = new Timeouts(Duration.ofMillis(300), Duration.ofSeconds(30),
                Duration.ofSeconds(30), Duration.ofSeconds(30));
        gateway.pools.apply(List.of(PoolBuilder.pool("pool", specs).withProtocol(protocol)
                .withTimeouts(timeouts).spec()));
        return gateway.pools.find("pool").orElseThrow();
    }

    private Wire client(String from) throws IOException {
        return new Wire(lab.in(0, () -> {
            Socket socket = new Socket();
            socket.bind(new InetSocketAddress(from, 0));
            socket.connect(new InetSocketAddress(NetworkLab.address(0, 1), gateway.server.port()), 20_000);
            return socket;
        }));
    }

    /** One request of a client of its own. */
    private String ask(String from) throws IOException {
        try (Wire wire = client(from)) {
            return wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").message();
        }
    }

    private static String body(String answer) {
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP1", "H2C"})
    void aConnectionServesTheClientsOfOneAddress(MemberProtocol protocol) throws IOException {
        ConnectionCounts counts = pool(protocol, MEMBER).connections();
        String first = body(ask(CLIENT));
        assertThat(first).startsWith(CLIENT + " ");
        assertThat(body(ask(OTHER))).startsWith(OTHER + " ");
        assertThat(body(ask(CLIENT))).as("the same connection").isEqualTo(first);
        assertThat(counts.created()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP1", "H2C"})
    void aMemberThatGetsNoWorkKeepsNoConnection(MemberProtocol protocol) throws IOException {
        Pool pool = pool(protocol, MEMBER);
        ask(CLIENT);
        ask(OTHER);
        Member only = pool.members().getFirst();
        await().atMost(PATIENCE).until(() -> pool.connections().idle() == 2);
        pool.operate(only, new Operator(Intent.DRAIN, null, null, null));
        await().atMost(PATIENCE).until(() -> pool.connections().open() == 0);
        pool.operate(only, new Operator(Intent.READY, null, null, null));
    }

    @Test
    void aSecondMemberThatIsAskedBesidesSeesTheClient() throws IOException {
        Pool pool = pool(MemberProtocol.HTTP1, MEMBER, SECOND);
        gateway.routes(new Compiled.Fast(new FastRoute("hedged", List.of(), List.of(), List.of(),
                new Target.OfPool("pool"), null, null, null, null, null, null, null, null,
                new Hedging(Set.of("GET"), Duration.ZERO, 0), null, null), List.of()));
        SILENT.set(true);
        assertThat(body(ask(CLIENT))).startsWith(CLIENT + " ");
        assertThat(pool.hedges().won()).isEqualTo(1);
    }

    @Test
    void whatNothingLeadsToIsPassedOverAndNotBlamed() throws IOException {
        Pool pool = pool(MemberProtocol.HTTP1, "fd77:1::2", "127.0.0.1", MEMBER);
        for (int i = 0; i < 6; i++) {
            assertThat(body(ask(CLIENT))).startsWith(CLIENT + " ");
        }
        assertThat(pool.members()).allMatch(each -> each.count(Outcome.CONNECT_FAILED) == 0);
    }

    @Test
    void aMemberThatRefusesIsBlamed() throws IOException {
        Pool pool = pool(MemberProtocol.HTTP1, PORT + 1, MEMBER);
        assertThat(ask(CLIENT)).contains("connect-failed");
        assertThat(pool.members().getFirst().count(Outcome.CONNECT_FAILED)).isEqualTo(1);
    }

    @Test
    void aClientWhoseWayBackIsWrongDoesNotBlameTheMember() throws IOException {
        Member only = pool(MemberProtocol.HTTP1, MEMBER).members().getFirst();
        lab.ignoreAnswers();
        try {
            assertThat(ask(OTHER)).contains("connect-timeout");
        } finally {
            lab.keepAnswersAgain();
        }
        assertThat(only.count(Outcome.CONNECT_FAILED)).isZero();
        assertThat(only.count(Outcome.UNKNOWN)).isPositive();
    }
}
