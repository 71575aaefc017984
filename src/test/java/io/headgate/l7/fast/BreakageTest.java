package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.Wire;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Either side breaks off, at each point of its message; nothing is left behind, and no half is taken for a
 * whole.
 */
@SuppressWarnings("StringConcatToTextBlock") // HTTP ends its lines with CRLF
class BreakageTest {

    private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String POST = "POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "3\r\nabc\r\n2\r\nde\r\n0\r\nX-T: 1\r\n\r\n";
    private static final String SIZED = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde";

    private final Gateway gateway = new Gateway();

    @AfterEach
    void everyMemberWasGivenBack() {
        await().until(() -> gateway.inFlight() == 0 && gateway.fastPath.underWay() == 0);
        gateway.close();
    }

    @Test
    void clientsThatLeaveAtEachPoint() throws IOException {
        try (ScriptedMember member = ScriptedMember.answering(SIZED)) {
            gateway.members(member.port());
            for (int end = 1; end <= POST.length(); end++) {
                try (Wire client = gateway.client()) {
                    client.send(POST.substring(0, end));
                }
            }
            await().until(() -> gateway.inFlight() == 0);
            try (Wire client = gateway.client()) {
                assertThat(client.send(POST).message()).endsWith("abcde");
            }
            assertThat(gateway.served).allMatch(told -> told.status() == 200 || told.status() == 499);
        }
    }

    @Test
    void requestsInPiecesAreWholeRequests() throws IOException {
        try (ScriptedMember member = ScriptedMember.answering(SIZED)) {
            gateway.members(member.port());
            for (long seed = 0; seed < 50; seed++) {
                Random random = new Random(seed);
                String all = POST + GET + POST + GET;
                try (Wire client = gateway.client()) {
                    for (int at = 0; at < all.length();) {
                        int end = Math.min(all.length(), at + 1 + random.nextInt(30));
                        client.send(all.substring(at, end));
                        at = end;
                    }
                    for (int i = 0; i < 4; i++) {
                        assertThat(client.message()).as("seed %d", seed).endsWith("abcde");
                    }
                }
            }
            assertThat(member.seen).hasSize(200);
            assertThat(member.seen.stream().filter(seen -> seen.endsWith("\r\n\r\nabcde"))).hasSize(100);
        }
    }

    @Test
    void membersThatBreakOffAtEachPointOfSizedAnswers() throws IOException {
        breakOff(SIZED);
    }

    @Test
    void membersThatBreakOffAtEachPointOfChunkedAnswers() throws IOException {
        breakOff(CHUNKED);
    }

    private void breakOff(String answer) throws IOException {
        int head = answer.indexOf("\r\n\r\n") + 4;
        for (int end = 0; end < answer.length(); end++) {
            String half = answer.substring(0, end);
            try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
                wire.message();
                wire.send(half);
            }); Wire client = gateway.members(member.port()).client()) {
                client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx");
                if (end < head) {
                    assertThat(client.message()).as("after %d bytes", end).startsWith("HTTP/1.1 502 ");
                } else {
                    String got = client.rest();
                    assertThat(got).as("after %d bytes", end).startsWith("HTTP/1.1 200 OK")
                            .doesNotContain("\r\n0\r\n").doesNotContain("abcde");
                }
            }
        }
    }

    @Test
    void nonsenseFromMembersNeverReachesTheNextClient() throws IOException {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            StringBuilder nonsense = new StringBuilder(random.nextBoolean() ? CHUNKED : SIZED);
            for (int i = random.nextInt(4); i >= 0; i--) {
                int at = random.nextInt(nonsense.length());
                switch (random.nextInt(3)) {
                    case 0 -> nonsense.setCharAt(at, (char) random.nextInt(256));
                    case 1 -> nonsense.deleteCharAt(at);
                    default -> nonsense.insert(at, (char) random.nextInt(256));
                }
            }
            String bad = nonsense.toString();
            try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
                wire.message();
                if (number == 1) {
                    wire.send(bad);
                } else {
                    wire.send(SIZED);
                    wire.rest();
                }
            }); Wire first = gateway.members(member.port()).client(); Wire second = gateway.client()) {
                first.send("POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx");
                assertThat(first.rest()).as("seed %d: %s", seed, bad).startsWith("HTTP/1.1 ");
                second.send(GET);
                assertThat(second.message()).as("seed %d: %s", seed, bad).endsWith("\r\n\r\nabcde");
            }
        }
    }
}
