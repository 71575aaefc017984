package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.pool.Reason;
import io.headgate.testing.LogLines;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Whatever a member answers, in whatever pieces: the client gets one answer or sees that it was cut, and
 * nothing of it reaches whoever uses the member's connection next.
 */
@SuppressWarnings("StringConcatToTextBlock") // HTTP ends its lines with CRLF
class MemberFuzzTest {

    private static final int CASES = Integer.getInteger("fuzz.cases", 2_000);
    private static final long SEED = 20_261_120;
    private static final String POST = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx";
    private static final String MARKED = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nmarked";
    static final List<Request> REQUESTS = List.of(new Request(POST, "", false),
            new Request("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n", "", true),
            new Request("PUT / HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx",
                    "", false),
            new Request("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "", false),
            new Request("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf", "-rest", false),
            new Request("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab",
                    "\r\n0\r\n\r\n", false));

    private final LogLines log = new LogLines("io.headgate.l7.fast");

    /**
     * @param rest what the client sends after the member has answered
     */
    record Request(String text, String rest, boolean toHead) {}

    /**
     * What became of it.
     *
     * @param status the client's, or "cut"
     * @param kept whether the member's connection stays
     */
    record Outcome(String status, boolean kept) {

        @Override
        public String toString() {
            return status + (kept ? " kept " : " closed ");
        }
    }

    @AfterEach
    void nothingWasLogged() {
        log.close();
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void knownAnswersHaveKnownOutcomesWhereverTheyAreSplit() throws IOException {
        for (String line : Mutations.lines("/fuzz/responses.txt")) {
            String answer = answer(line);
            List<List<String>> ways = new ArrayList<>(
                    List.of(List.of(answer), answer.chars().mapToObj(Character::toString).toList()));
            for (int at = 1; at < answer.length(); at++) {
                ways.add(List.of(answer.substring(0, at), answer.substring(at)));
            }
            for (List<String> pieces : ways) {
                assertThat(exchange(REQUESTS.getFirst(), pieces).toString()).as("%s", pieces)
                        .isEqualTo(line.substring(0, line.length() - answer.length()));
            }
        }
    }

    @Test
    void anyAnswerToAnyRequest() throws IOException {
        List<String> corpus = Mutations.lines("/fuzz/responses.txt").stream().map(MemberFuzzTest::answer)
                .toList();
        Mutations answers = new Mutations(corpus, SEED);
        Random random = new Random(SEED);
        for (int i = 0; i < CASES; i++) {
            String answer = answers.message(i);
            for (Request request : i < corpus.size()
                    ? REQUESTS
                    : List.of(REQUESTS.get(random.nextInt(REQUESTS.size())))) {
                List<String> pieces = split(answer, random);
                try {
                    exchange(request, pieces);
                } catch (AssertionError | RuntimeException e) {
                    throw new AssertionError("case " + i + ": " + request + " answered by " + pieces, e);
                }
            }
        }
    }

    @Test
    void endlessInformationalAnswersAreEnded() {
        for (String interim : List.of("HTTP/1.1 100 Continue\r\n\r\n",
                "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n")) {
            for (Request request : REQUESTS) {
                assertThat(exchange(request, List.of(interim.repeat(1_000))).status()).isEqualTo("502");
            }
        }
    }

    private static String answer(String line) {
        return line.substring(line.indexOf(' ', 4) + 1);
    }

    private static List<String> split(String text, Random random) {
        List<String> pieces = new ArrayList<>();
        for (int at = 0; at < text.length();) {
            int end = random.nextInt(3) == 0 ? text.length() : at + 1 + random.nextInt(20);
            pieces.add(text.substring(at, Math.min(end, text.length())));
            at = end;
        }
        return pieces;
    }

    /** What must hold for any bytes whatever from a member. */
    static Outcome exchange(Request request, List<String> pieces) {
        try (Embedded lab = new Embedded()) {
            EmbeddedChannel member = lab.connection();
            lab.send(lab.client, request.text());
            pieces.forEach(piece -> lab.send(member, piece));
            lab.send(lab.client, request.rest());
            if (lab.served.isEmpty()) {
                lab.end(member);
            }
            boolean open = lab.isOpen();
            String status = ClientSide.status(Embedded.received(lab.client), request.toHead(), open);
            assertThat(lab.served).singleElement()
                    .satisfies(told -> assertThat(told.reason()).isNotEqualTo(Reason.INTERNAL_ERROR));
            assertThat(lab.inFlight()).isZero();
            boolean kept = member.isOpen();
            if (kept) {
                servesTheNext(lab, member);
            }
            if (open) {
                theClientIsServedAgain(lab);
            }
            lab.client.checkException();
            member.checkException();
            return new Outcome(status, kept);
        }
    }

    private static void servesTheNext(Embedded lab, EmbeddedChannel member) {
        Embedded.received(member);
        Http1Upstream idle = Objects.requireNonNull(lab.takeIdle(), "open, but not among the idle ones");
        NextUser next = new NextUser();
        idle.attach(next);
        idle.write(new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/next",
                Unpooled.EMPTY_BUFFER));
        idle.flush();
        assertThat(Embedded.received(member)).startsWith("GET /next ");
        lab.send(member, MARKED);
        assertThat(next.seen.toString()).isEqualTo("200 [Content-Length=6]marked.");
        idle.close();
    }

    private static void theClientIsServedAgain(Embedded lab) {
        EmbeddedChannel fresh = lab.connection();
        lab.send(lab.client, POST);
        assertThat(Embedded.received(fresh)).startsWith("POST / HTTP/1.1").endsWith("\r\n\r\nx");
        lab.send(fresh, MARKED);
        assertThat(Embedded.received(lab.client)).isEqualTo(MARKED);
        assertThat(lab.served).hasSize(2);
    }
}
