package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.l7.ClientLimits;
import io.headgate.l7.Forwarding;
import io.headgate.l7.ServedRequest;
import io.headgate.pool.Member;
import io.headgate.pool.Outcome;
import io.headgate.pool.Reason;
import io.headgate.pool.Timeouts;
import io.headgate.security.AddressSet;
import io.headgate.testing.Pause;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("StringConcatToTextBlock") // HTTP ends its lines with CRLF
class FastFailureTest {

    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final Timeouts SHORT = new Timeouts(Duration.ofSeconds(1), Duration.ofMillis(300),
            Duration.ofMillis(300), Duration.ofMillis(300));

    private Gateway gateway = new Gateway();

    @AfterEach
    void everyMemberWasGivenBack() {
        await().until(() -> gateway.inFlight() == 0 && gateway.fastPath.underWay() == 0);
        gateway.close();
    }

    private ServedRequest last() {
        await().until(() -> !gateway.served.isEmpty());
        return gateway.served.getLast();
    }

    /** Closes on its second request without an answer, as a server does whose idle time has just passed. */
    private static ScriptedMember closingAfterOne() throws IOException {
        return new ScriptedMember((wire, number, seen) -> {
            seen.add(wire.message());
            wire.send(OK);
            seen.add(wire.message());
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {GET, "PUT / HTTP/1.1\r\nHost: h\r\n\r\n",
            "DELETE / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"})
    void aRequestOnAStaleConnectionIsSentAgainToTheSameMember(String request) throws IOException {
        try (ScriptedMember member = closingAfterOne();
                Wire client = gateway.members(member.port()).client()) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.send(request).message()).endsWith("ok");
            }
            assertThat(member.connections).hasValue(3);
            assertThat(gateway.served).allMatch(served -> served.status() == 200 && served.attempts() == 1);
        }
    }

    /** Only the first failure is that of a connection that lay idle. */
    @Test
    void aMemberThatClosesTheNewConnectionTooIsToBlame() throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            boolean first = seen.isEmpty();
            seen.add(wire.message());
            if (first) {
                wire.send(OK);
                seen.add(wire.message());
            }
        }); Wire client = gateway.members(member.port()).client()) {
            assertThat(client.send(GET).message()).endsWith("ok");
            Member blamed = gateway.pools.find("pool").orElseThrow().members().getFirst();
            assertThat(blamed.count(Outcome.RESET)).isZero();
            assertThat(client.send(GET).message()).startsWith("HTTP/1.1 502 ").contains("upstream-reset");
            assertThat(member.connections).hasValue(2);
            assertThat(blamed.count(Outcome.RESET)).isOne();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx",
            "POST / HTTP/1.1\r\nHost: h\r\n\r\n", "PATCH / HTTP/1.1\r\nHost: h\r\n\r\n",
            "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx"})
    void whatMayHaveArrivedAndDoneItsWorkIsNotSentAgain(String request) throws IOException {
        try (ScriptedMember member = closingAfterOne();
                Wire client = gateway.members(member.port()).client()) {
            assertThat(client.send(GET).message()).endsWith("ok");
            assertThat(client.send(request).message()).startsWith("HTTP/1.1 502 ").contains("upstream-reset");
            assertThat(member.seen).hasSize(2);
        }
    }

    @Test
    void aMemberThatClosesAFreshConnectionIsReplaced() throws IOException {
        try (ScriptedMember bad = new ScriptedMember((wire, number, seen) -> wire.head());
                ScriptedMember good = ScriptedMember.answering(OK);
                Wire client = gateway.members(bad.port(), good.port()).client()) {
            for (int i = 0; i < 4; i++) {
                assertThat(client.send(GET).message()).endsWith("ok");
            }
            Member member = gateway.pools.find("pool").orElseThrow().members().getFirst();
            assertThat(member.count(Outcome.RESET)).isPositive();
        }
    }

    /** It may have done its work. */
    @ParameterizedTest
    @ValueSource(strings = {"H", "HTTP/1.1 200 OK\r\nX-Part: 1\r\n", "HTTP/1.1 103 Early Hints\r\n\r\n"})
    void aRequestOfWhoseAnswerAnythingHasComeIsNotSentAgain(String part) throws IOException {
        try (ScriptedMember bad = new ScriptedMember((wire, number, seen) -> {
            wire.head();
            wire.send(part);
        }); Wire client = gateway.members(bad.port(), bad.port()).client()) {
            String head = client.send(GET).head();
            while (head.startsWith("HTTP/1.1 103 ")) {
                head = client.head();
            }
            assertThat(head).startsWith("HTTP/1.1 502 ");
            assertThat(bad.connections).hasValue(1);
        }
    }

    /** The member may never read the rest of the request, and what is sent behind it. */
    @Test
    void aConnectionWhoseAnswerCameBeforeTheRequestsEndServesNoOther() throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            wire.waitsForEver();
            wire.head();
            if (number > 1) {
                wire.send(OK);
                return;
            }
            wire.send(OK.substring(0, OK.length() - 2));
            wire.exactly(4);
            wire.send("ok").rest();
        }); Wire client = gateway.members(member.port()).client()) {
            client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 200 ");
            client.send("late");
            assertThat(client.exactly(2)).isEqualTo("ok");
            assertThat(client.send(GET).message()).endsWith("ok");
            assertThat(member.connections).hasValue(2);
        }
    }

    /** The kernel holds megabytes for it, so that for seconds nothing can be written. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aClientThatReadsSlowlyAndSteadilyIsNotCutOff() throws IOException {
        Timeouts impatient = new Timeouts(Duration.ofSeconds(1), Duration.ofSeconds(2),
                Duration.ofSeconds(10), Duration.ofSeconds(10));
        byte[] part = new byte[1 << 20];
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            wire.head();
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + (part.length * 64L) + "\r\n\r\n");
            for (int i = 0; i < 64; i++) {
                wire.send(part, part.length);
            }
        }); Socket socket = new Socket()) {
            gateway.members(impatient, member.port());
            socket.setReceiveBufferSize(64 * 1024);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.server.port()));
            Wire client = new Wire(socket);
            client.send(GET);
            for (int i = 0; i < 60; i++) {
                Pause.of(Duration.ofMillis(50), "a client that reads slowly");
                assertThat(client.exactly(16 * 1024)).hasSize(16 * 1024);
            }
            assertThat(gateway.served).isEmpty();
            assertThat(last().reason()).isEqualTo(Reason.CLIENT_STALLED); // now it reads no more
        }
    }

    /** What comes behind it is not answered, but a reset would take the answer from some. */
    @Test
    void aClientThatHasSentOnBehindItsLastRequestIsNotReset() throws IOException {
        try (ScriptedMember member = ScriptedMember.answering(OK)) {
            gateway.members(member.port());
            String last = "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n" + GET.repeat(3000);
            for (int i = 0; i < 200; i++) {
                try (Wire client = gateway.client()) {
                    assertThat(client.send(last).exactly(1000)).as("round %d", i).endsWith("ok");
                }
            }
        }
    }

    /** Its close resets the connection, for it has not read all that came. */
    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 2\r\n\r\nno", "\r\nno"})
    void anAnswerBeforeTheRequestsEndIsNotLostByTheMembersClose(String rest) throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            wire.head();
            wire.exactly(3 << 18);
            wire.send("HTTP/1.1 403 Forbidden\r\nX-Number: " + number + "\r\n" + rest);
        })) {
            gateway.members(member.port());
            byte[] part = ("4000\r\n" + "x".repeat(0x4000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            for (int i = 1; i <= 50; i++) {
                try (Wire client = gateway.client()) {
                    client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
                    try {
                        for (int sent = 0; sent < 4 << 20; sent += 0x4000) {
                            client.send(part, part.length);
                        }
                    } catch (SocketException reset) {
                        // an answer without a length whose end was a reset ends so here too
                    }
                    assertThat(client.rest()).startsWith("HTTP/1.1 403 Forbidden\r\nX-Number: " + i)
                            .contains("no");
                }
            }
        }
    }

    @Test
    void anIdleConnectionThatIsClosedIsNotUsed() throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            wire.message();
            wire.send(OK).shutdownOutput();
            seen.add("closed by the gateway too" + wire.rest());
        }); Wire client = gateway.members(member.port()).client()) {
            for (int i = 0; i < 3; i++) {
                client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx");
                assertThat(client.message()).endsWith("ok");
                int served = i + 1;
                await().until(() -> member.seen.size() == served);
            }
        }
    }

    @Test
    void aSilentMemberIsGivenUp() throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            wire.head();
            seen.add(wire.rest());
        }); Wire client = gateway.members(SHORT, member.port()).client()) {
            assertThat(client.send(GET).message()).startsWith("HTTP/1.1 504 ").contains("response-timeout");
            await().until(() -> member.seen.size() == 1); // its connection was closed
        }
    }

    @Test
    void anAnswerThatStopsIsCutAndNotEnded() throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            wire.head();
            wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
            wire.rest();
        }); Wire client = gateway.members(SHORT, member.port()).client()) {
            assertThat(client.send(GET).rest()).endsWith("abc\r\n").doesNotContain("\r\n0\r\n");
            assertThat(last().reason()).isEqualTo(Reason.IDLE_TIMEOUT);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 10\r\n\r\nabc",
            "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"})
    void anAnswerThatBreaksOffIsCutAndNotEnded(String half) throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            wire.head();
            wire.send("HTTP/1.1 200 OK\r\n" + half);
        }); Wire client = gateway.members(member.port()).client()) {
            assertThat(client.send(GET).rest()).contains("abc").doesNotContain("\r\n0\r\n");
            assertThat(last().reason()).isEqualTo(Reason.UPSTREAM_RESET);
        }
    }

    @Test
    void anAnswerThatEndsWithTheConnectionIsComplete() throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            wire.head();
            wire.send("HTTP/1.0 200 OK\r\n\r\nabc");
        }); Wire client = gateway.members(member.port()).client()) {
            assertThat(client.send(GET).message()).startsWith("HTTP/1.1 200 OK").endsWith("abc");
            assertThat(client.send(GET).message()).endsWith("abc");
            assertThat(member.connections).hasValue(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"})
    void anAnswerThatIsNotHttpIsTheMembersFault(String nonsense) throws IOException {
        try (ScriptedMember member = ScriptedMember.answering(nonsense);
                Wire client = gateway.members(member.port()).client()) {
            assertThat(client.send(GET).message()).startsWith("HTTP/1.1 502 ").contains("bad-response");
            Member blamed = gateway.pools.find("pool").orElseThrow().members().getFirst();
            assertThat(blamed.count(Outcome.RESET)).isEqualTo(1);
        }
    }

    @Test
    void whatAMemberSaysUnaskedIsNoOnesAnswer() throws IOException {
        try (ScriptedMember member = ScriptedMember
                .answering(OK + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
                Wire client = gateway.members(member.port()).client()) {
            client.send(GET + GET + GET);
            for (int i = 0; i < 3; i++) {
                assertThat(client.message()).endsWith("ok");
            }
        }
    }

    @Test
    void aClientThatLeavesTakesItsRequestWithIt() throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            seen.add(wire.head());
            seen.add("then " + wire.rest());
        })) {
            try (Wire client = gateway.members(member.port()).client()) {
                client.send(GET);
                await().until(() -> member.seen.size() == 1);
            }
            await().until(() -> member.seen.size() == 2);
            assertThat(last().status()).isEqualTo(499);
            assertThat(last().reason()).isEqualTo(Reason.CLIENT_GONE);
        }
    }

    @Test
    void aClientThatReadsNothingStopsTheMember() throws IOException {
        AtomicLong sent = new AtomicLong();
        long all = 64L * 1024 * 1024;
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            wire.head();
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + all + "\r\n\r\n");
            byte[] block = new byte[64 * 1024];
            for (long i = 0; i < all; i += block.length) {
                wire.send(block, block.length);
                sent.addAndGet(block.length);
            }
            wire.head();
        }); Wire client = gateway.members(member.port()).client()) {
            client.send(GET).head();
            long[] before = {-1};
            await().pollInterval(Duration.ofMillis(300)).until(() -> {
                boolean still = sent.get() == before[0];
                before[0] = sent.get();
                return still;
            });
            assertThat(sent.get()).isLessThan(all / 2); // socket buffers hold the rest
            byte[] block = new byte[1 << 20];
            for (long got = 0; got < all;) {
                got += client.readSome(block);
            }
            assertThat(sent.get()).isEqualTo(all);
        }
    }

    @Test
    void aMemberThatReadsNothingStopsTheClient() throws IOException {
        AtomicLong taken = new AtomicLong();
        int all = 64 * 1024 * 1024;
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            wire.head();
            await().until(() -> taken.get() > 0);
            byte[] block = new byte[1 << 20];
            for (long got = 0; got < all;) {
                got += wire.readSome(block);
            }
            wire.send(OK);
            wire.head();
        }); Wire client = gateway.members(member.port()).client()) {
            client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + all + "\r\n\r\n");
            AtomicLong sent = new AtomicLong();
            Thread writer = Thread.ofVirtual().start(() -> {
                byte[] block = new byte[64 * 1024];
                try {
                    for (int i = 0; i < all; i += block.length) {
                        client.send(block, block.length);
                        sent.addAndGet(block.length);
                    }
                } catch (IOException e) {
                    sent.set(-1);
                }
            });
            long[] before = {-1};
            await().pollInterval(Duration.ofMillis(300)).until(() -> {
                boolean still = sent.get() == before[0];
                before[0] = sent.get();
                return still;
            });
            assertThat(sent.get()).isLessThan(all / 2);
            taken.set(1);
            assertThat(client.message()).endsWith("ok");
            assertThat(writer.isAlive()).isFalse();
            assertThat(last().bytesIn()).isEqualTo(all);
        }
    }

    @Test
    void aClientThatStopsReadingIsCutAfterTheSendTimeout() throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            wire.head();
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
            byte[] block = new byte[64 * 1024];
            for (int i = 0; i < 100_000_000; i += block.length) {
                wire.send(block, block.length);
            }
        }); Wire client = gateway.members(SHORT, member.port()).client()) {
            client.send(GET).head();
            assertThat(last().reason()).isEqualTo(Reason.CLIENT_STALLED);
        }
    }

    @Test
    void clientsThatDawdleAreShown() throws IOException {
        gateway.close();
        ClientLimits limits = new ClientLimits(Duration.ofMillis(300), Duration.ofMillis(300),
                Duration.ofMillis(300),
                10, 0, 0);
        gateway = new Gateway(new Forwarding(AddressSet.EMPTY), limits, UpstreamLimits.DEFAULT);
        try (ScriptedMember member = ScriptedMember.answering(OK);
                Wire silent = gateway.members(member.port()).client()) {
            assertThat(silent.rest()).isEmpty();
        }
        assertThat(answerTo("GET / HT")).startsWith("HTTP/1.1 408 ").contains("header-timeout");
        assertThat(answerTo("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 50\r\n\r\nabc"))
                .startsWith("HTTP/1.1 413 ").contains("body-too-large");
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> wire.rest())) {
            gateway.members(member.port());
            assertThat(answerTo("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nabc"))
                    .startsWith("HTTP/1.1 408 ").contains("body-timeout");
        }
    }

    private String answerTo(String request) throws IOException {
        try (Wire client = gateway.client()) {
            return client.send(request).rest();
        }
    }
}
