package io.headgate.l4;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.headgate.net.Transport;
import io.headgate.pool.Reason;
import io.headgate.security.AddressRules;
import io.headgate.security.AddressSet;
import io.headgate.testing.ListenerBuilder;
import io.headgate.testing.PoolBuilder;
import io.headgate.testing.RawServer;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What is read before a member is looked for. */
@ParameterizedClass
@MethodSource("io.headgate.l4.Lab#transports")
class PrefaceTest {

    private static final String V1 = "PROXY TCP4 203.0.113.7 198.51.100.1 40000 443\r\n";
    private static final byte[] V2 = HexFormat.of()
            .parseHex("0d0a0d0a000d0a515549540a2111000ccb007107c63364019c4001bb");
    private static final byte[] LOCAL = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a20000000");

    private final Transport transport;

    PrefaceTest(Transport transport) {
        this.transport = transport;
    }

    @Test
    void aProxyHeaderTellsWhoTheClientIs() throws IOException {
        try (RawServer backend = new RawServer(RawServer.ECHO); Lab lab = proxied(backend, null)) {
            for (byte[] header : List.of(V1.getBytes(US_ASCII), V2)) {
                try (Socket client = lab.connect()) {
                    client.getOutputStream().write(header);
                    exchange(client);
                    assertThat(lab.listener().connections()).singleElement().satisfies(c -> {
                        assertThat(c.client().getAddress().getHostAddress()).isEqualTo("203.0.113.7");
                        assertThat(c.client().getPort()).isEqualTo(40000);
                    });
                }
                lab.awaitQuiet();
            }
            assertThat(lab.connections.closed).extracting(ClosedConnection::bytesIn).containsOnly(1L);
        }
    }

    @Test
    void aHeaderMayComeByteByByteOrWithTheFirstBytesBehindIt() throws IOException {
        try (RawServer backend = new RawServer(RawServer.ECHO); Lab lab = proxied(backend, null)) {
            try (Socket client = lab.connect()) {
                client.setTcpNoDelay(true);
                for (byte b : V1.getBytes(US_ASCII)) {
                    client.getOutputStream().write(b);
                }
                exchange(client);
            }
            try (Socket client = lab.connect()) {
                client.getOutputStream().write((V1 + "hello").getBytes(US_ASCII));
                client.shutdownOutput();
                assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("hello");
            }
        }
    }

    @Test
    void theProxyItselfIsTheClientOfALocalConnection() throws IOException {
        try (RawServer backend = new RawServer(RawServer.ECHO);
                Lab lab = proxied(backend, null);
                Socket client = lab.connect()) {
            client.getOutputStream().write(LOCAL);
            exchange(client);
            assertThat(lab.connections.opened.getFirst().client())
                    .isEqualTo(client.getLocalSocketAddress());
        }
    }

    @Test
    void rulesAndLimitsHoldForTheRealClient() throws IOException {
        try (RawServer backend = new RawServer(RawServer.ECHO); Lab lab = new Lab(transport).over(backend)) {
            lab.listening(Lab.spec()
                    .withProxyProtocol(new ProxyProtocol(AddressSet.of(List.of("127.0.0.0/8")), null))
                    .withRules(AddressRules.of(List.of(), List.of("203.0.113.0/24"))));
            try (Socket client = lab.connect()) {
                client.getOutputStream().write(V1.getBytes(US_ASCII));
                assertReset(client);
            }
            await().until(() -> !lab.connections.refused.isEmpty());
            assertThat(lab.connections.refused).containsExactly(Reason.DENIED);
            assertThat(lab.connections.opened).isEmpty();
        }
    }

    @Test
    void aConnectionFromElsewhereIsTurnedAway() throws IOException {
        try (RawServer backend = new RawServer(RawServer.ECHO); Lab lab = new Lab(transport).over(backend)) {
            lab.listening(Lab.spec()
                    .withProxyProtocol(new ProxyProtocol(AddressSet.of(List.of("10.0.0.0/8")), null)));
            try (Socket client = lab.connect()) {
                assertReset(client);
            }
            assertThat(lab.connections.refused).containsExactly(Reason.DENIED);
        }
    }

    @Test
    void garbageAndSilenceAreRefused() throws IOException {
        try (RawServer backend = new RawServer(RawServer.ECHO); Lab lab = proxied(backend, null)) {
            try (Socket client = lab.connect()) {
                client.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
                await().until(() -> !lab.connections.refused.isEmpty());
            }
            try (Socket client = lab.connect()) {
                assertReset(client);
            }
            lab.connect().close();
            await().until(() -> lab.connections.refused.size() == 3);
            assertThat(lab.connections.refused).containsExactly(Reason.BAD_PROXY_HEADER,
                    Reason.PREFACE_TIMEOUT, Reason.CLIENT_GONE);
            assertThat(backend.accepted()).isEqualTo(0);
        }
    }

    @Test
    void membersAreToldWhoTheClientIs() throws IOException {
        try (RawServer backend = new RawServer(RawServer.ECHO)) {
            try (Lab lab = new Lab(transport).over(backend)) {
                lab.listening(Lab.spec().withProxyProtocol(
                        new ProxyProtocol(AddressSet.EMPTY, ProxyProtocol.Version.V1)));
                try (Socket client = lab.connect()) {
                    client.getOutputStream().write('x');
                    String expected = "PROXY TCP4 127.0.0.1 127.0.0.1 " + client.getLocalPort() + " "
                            + lab.address().getPort() + "\r\nx";
                    assertThat(client.getInputStream().readNBytes(expected.length())).asString()
                            .isEqualTo(expected);
                }
            }
            try (Lab lab = proxied(backend, ProxyProtocol.Version.V2); Socket client = lab.connect()) {
                client.getOutputStream().write(V1.getBytes(US_ASCII));
                assertThat(client.getInputStream().readNBytes(V2.length)).isEqualTo(V2);
            }
        }
    }

    @Test
    void aTlsClientIsLedToThePoolOfItsName() throws IOException {
        try (RawServer eu = new RawServer(answer('e'));
                RawServer us = new RawServer(answer('u'));
                Lab lab = new Lab(transport)) {
            lab.pools.apply(Stream.of("eu", "us")
                    .map(name -> PoolBuilder.pool(name, (name.equals("eu") ? eu : us).member())
                            .withDrainTimeout(Duration.ZERO).spec())
                    .toList());
            lab.listening(ListenerBuilder.tcp("tls", Lab.ANYWHERE, null)
                    .withSni(List.of(new SniRule(List.of("*.eu.example.org"), List.of(), "eu"),
                            new SniRule(List.of("*.example.org"), List.of(), "us"))));
            assertThat(answerTo(lab, Hellos.of("db.eu.example.org"), 1)).isEqualTo('e');
            assertThat(answerTo(lab, Hellos.of("db.example.org"), 1)).isEqualTo('u');
            assertThat(answerTo(lab, Hellos.inRecordsOf(50, Hellos.of("db.eu.example.org")), 7))
                    .isEqualTo('e');
            assertThatThrownBy(() -> answerTo(lab, Hellos.of("example.com"), 1))
                    .isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> answerTo(lab, "GET / HTTP/1.1\r\n".getBytes(US_ASCII), 1))
                    .isInstanceOf(SocketException.class);
            await().until(() -> lab.connections.closed.size() == 5);
            assertThat(lab.connections.closed).extracting(ClosedConnection::reason)
                    .containsExactlyInAnyOrder(null, null, null, Reason.NO_ROUTE, Reason.BAD_CLIENT_HELLO);
        }
    }

    /** Sends the hello in pieces; the backend answers after the whole of it. */
    private static int answerTo(Lab lab, byte[] hello, int pieces) throws IOException {
        try (Socket client = lab.connect()) {
            client.setTcpNoDelay(true);
            for (int i = 0; i < pieces; i++) {
                int from = hello.length * i / pieces;
                client.getOutputStream().write(hello, from, hello.length * (i + 1) / pieces - from);
            }
            client.shutdownOutput();
            int answer = client.getInputStream().read();
            assertThat(client.getInputStream().readAllBytes()).isEqualTo(hello);
            return answer;
        }
    }

    private static RawServer.Behaviour answer(char name) {
        return socket -> {
            byte[] hello = socket.getInputStream().readAllBytes();
            socket.getOutputStream().write(name);
            socket.getOutputStream().write(hello);
        };
    }

    private Lab proxied(RawServer backend, ProxyProtocol.@Nullable Version send) {
        return new Lab(transport).over(backend)
                .listening(Lab.spec().withPrefaceTimeout(Lab.SHORT).withProxyProtocol(
                        new ProxyProtocol(AddressSet.of(List.of("127.0.0.0/8", "::1")), send)));
    }

    private static void exchange(Socket client) throws IOException {
        client.getOutputStream().write(7);
        assertThat(client.getInputStream().read()).isEqualTo(7);
    }

    private static void assertReset(Socket client) {
        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
    }
}
