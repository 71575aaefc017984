package io.headgate.l4;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.net.Transport;
import io.headgate.pool.Outcome;
import io.headgate.pool.Reason;
import io.headgate.pool.Timeouts;
import io.headgate.security.AddressSet;
import io.headgate.testing.ListenerBuilder;
import io.headgate.testing.RawServer;
import io.netty.handler.ssl.ClientAuth;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** PostgreSQL's question before TLS, asked of us and by us. */
@ParameterizedClass
@MethodSource("io.headgate.l4.Lab#transports")
class StartTlsTest {

    private static final byte[] QUESTION = message(8, 80877103);
    private static final byte[] GSS = message(8, 80877104);
    private static final byte[] CANCEL = message(16, 80877102, 4711, 815);
    private static final byte[] STARTUP = message(9, 196608, 0);
    private static final byte[] HELLO = Hellos.of("a.example.org");

    private final Transport transport;

    StartTlsTest(Transport transport) {
        this.transport = transport;
    }

    private static byte[] message(int... words) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * words.length);
        for (int word : words) {
            bytes.putInt(word);
        }
        return bytes.array();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** Answers the question, and then sends back what it gets. */
    private static RawServer.Behaviour answering(String answer) {
        return socket -> {
            if (Arrays.equals(socket.getInputStream().readNBytes(QUESTION.length), QUESTION)) {
                socket.getOutputStream().write(answer.getBytes(US_ASCII));
                RawServer.ECHO.with(socket);
            }
        };
    }

    private static ListenerBuilder spec() {
        return ListenerBuilder.tcp("db", Lab.ANYWHERE, null).withStartTls(StartTls.POSTGRES)
                .withSni(List.of(new SniRule(List.of("a.example.org"), List.of(), Lab.POOL)))
                .withPrefaceTimeout(Lab.SHORT);
    }

    private Lab lab(RawServer... backends) {
        return new Lab(transport).over(backends).listening(spec());
    }

    private static void ask(Socket client) throws IOException {
        client.getOutputStream().write(QUESTION);
        assertThat(client.getInputStream().read()).isEqualTo('S');
    }

    private static void assertEchoed(Socket client, byte[] bytes) throws IOException {
        client.getOutputStream().write(bytes);
        assertThat(client.getInputStream().readNBytes(bytes.length)).isEqualTo(bytes);
    }

    @Test
    void aClientThatAsksIsAnsweredAndTheMemberOfItsNameAsked() throws IOException {
        try (RawServer backend = new RawServer(answering("S"));
                Lab lab = lab(backend);
                Socket client = lab.connect()) {
            ask(client);
            assertEchoed(client, HELLO);
            assertEchoed(client, HELLO);
        }
    }

    @Test
    void theQuestionMayComeByteByByteAndAfterOneForGss() throws IOException {
        try (RawServer backend = new RawServer(answering("S"));
                Lab lab = lab(backend);
                Socket client = lab.connect()) {
            client.setTcpNoDelay(true);
            client.getOutputStream().write(GSS);
            assertThat(client.getInputStream().read()).isEqualTo('N');
            for (byte part : QUESTION) {
                client.getOutputStream().write(part);
            }
            assertThat(client.getInputStream().read()).isEqualTo('S');
            assertEchoed(client, HELLO);
        }
    }

    @Test
    void aClientThatBeginsWithTlsIsPassedOnAsItIs() throws IOException {
        try (RawServer backend = new RawServer(RawServer.ECHO);
                Lab lab = lab(backend);
                Socket client = lab.connect()) {
            assertEchoed(client, HELLO);
        }
    }

    @Test
    void whateverElseAClientBeginsWithEndsTheConnection() throws IOException {
        try (RawServer backend = new RawServer(answering("S")); Lab lab = lab(backend)) {
            List<byte[]> wrong = List.of("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII), STARTUP, CANCEL,
                    new byte[8], message(9, 80877103), joined(QUESTION, HELLO), joined(QUESTION, QUESTION),
                    joined(GSS, QUESTION), joined(QUESTION, new byte[1]));
            for (byte[] bytes : wrong) {
                try (Socket client = lab.connect()) {
                    client.getOutputStream().write(bytes);
                    assertCut(client);
                }
            }
            try (Socket client = lab.connect()) {
                ask(client);
                client.getOutputStream().write(QUESTION);
                assertCut(client);
            }
            await().until(() -> lab.connections.closed.size() == wrong.size() + 1);
            assertThat(lab.connections.closed).extracting(ClosedConnection::reason)
                    .containsOnly(Reason.BAD_CLIENT_HELLO);
            assertThat(backend.accepted()).isEqualTo(0);
        }
    }

    @Test
    void halfAQuestionIsNotWaitedForBeyondTheTimeout() throws IOException {
        try (RawServer backend = new RawServer(answering("S")); Lab lab = lab(backend)) {
            try (Socket client = lab.connect()) {
                client.getOutputStream().write(QUESTION, 0, 5);
                assertCut(client);
            }
            try (Socket client = lab.connect()) {
                ask(client); // and nothing more
                assertCut(client);
            }
            try (Socket client = lab.connect()) {
                client.getOutputStream().write(QUESTION, 0, 5);
                client.shutdownOutput();
                assertCut(client);
            }
            await().until(() -> lab.connections.closed.size() == 3);
            assertThat(lab.connections.closed).extracting(ClosedConnection::reason)
                    .containsExactly(Reason.PREFACE_TIMEOUT, Reason.PREFACE_TIMEOUT, null);
        }
    }

    @Test
    void aMemberThatIsNotWillingIsPassedOver() throws IOException {
        Timeouts brief = new Timeouts(Duration.ofMillis(500), Timeouts.DEFAULT.send(),
                Timeouts.DEFAULT.response(), Timeouts.DEFAULT.idle());
        List<RawServer.Behaviour> unwilling = List.of(answering("N"), answering("E"), answering("Sx"),
                answering(""), Socket::close, Socket::shutdownOutput);
        for (RawServer.Behaviour talk : unwilling) {
            try (RawServer bad = new RawServer(talk);
                    RawServer good = new RawServer(answering("S"));
                    Lab lab = new Lab(transport)
                            .over(brief, Stream.of(bad, good).map(RawServer::member).toList())
                            .listening(spec())) {
                for (int i = 0; i < 2; i++) {
                    try (Socket client = lab.connect()) {
                        ask(client);
                        assertEchoed(client, HELLO);
                    }
                }
                lab.awaitQuiet();
                assertThat(lab.count(Outcome.CONNECT_FAILED)).isPositive();
            }
        }
    }

    @Test
    void whereNoMemberIsWillingTheReasonIsTold() throws IOException {
        try (RawServer backend = new RawServer(answering("N")); Lab lab = lab(backend)) {
            try (Socket client = lab.connect()) {
                ask(client);
                client.getOutputStream().write(HELLO);
                assertCut(client);
            }
            assertThat(lab.firstClosed().reason()).isEqualTo(Reason.TLS_FAILED);
        }
    }

    @Test
    void aClientThatLeavesWhileTheMemberThinksLeavesNothingBehind() throws IOException {
        try (RawServer backend = new RawServer(answering("")); Lab lab = lab(backend)) {
            try (Socket client = lab.connect()) {
                ask(client);
                client.getOutputStream().write(HELLO);
                await().until(() -> backend.accepted() == 1);
                client.setSoLinger(true, 0);
            }
            lab.awaitQuiet();
            assertThat(lab.table.size()).isZero();
        }
    }

    @Test
    void aProxyHeaderComesBeforeTheQuestion() throws IOException {
        ListenerBuilder told = spec()
                .withProxyProtocol(new ProxyProtocol(AddressSet.EMPTY, ProxyProtocol.Version.V1));
        RawServer.Behaviour talk = socket -> {
            int c;
            do {
                c = socket.getInputStream().read();
            } while (c != '\n' && c >= 0);
            answering("S").with(socket);
        };
        try (RawServer backend = new RawServer(talk);
                Lab lab = new Lab(transport).over(backend).listening(told);
                Socket client = lab.connect()) {
            ask(client);
            assertEchoed(client, HELLO);
        }
    }

    @Test
    void whereTlsEndsHereTheMemberIsNotAsked() throws Exception {
        try (RawServer backend = new RawServer(RawServer.ECHO);
                Lab lab = new Lab(transport).over(backend).listening(Lab.spec()
                        .withStartTls(StartTls.POSTGRES).withTls(TlsTest.tls(ClientAuth.NONE)));
                Socket client = lab.connect()) {
            ask(client);
            assertEchoed(TlsTest.secured(client), "select".getBytes(US_ASCII));
        }
    }

    /** A reset, or an end where nothing was left to read. */
    private static void assertCut(Socket client) throws IOException {
        try {
            int last = client.getInputStream().read();
            assertThat(last == 'S' || last == 'N' ? client.getInputStream().read() : last).isEqualTo(-1);
        } catch (SocketException reset) {
            // so too
        }
    }
}
