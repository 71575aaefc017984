package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.pool.Reason;
import io.headgate.pool.Timeouts;
import io.headgate.testing.FrameAnswer;
import io.headgate.testing.FrameClient;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/2 streams whose client or member is slow, or goes. */
@SuppressWarnings("StringConcatToTextBlock") // HTTP ends its lines with CRLF
class Http2FlowTest extends Http2Fixture {

    /** More than all buffers on the way can hold, less than a body. */
    private static final int BUFFERED = 24_000_000;
    private static final int LARGE = 60_000_000;

    /** One reads, the others do not: how much leaves them is bounded, and all of it comes in the end. */
    @Test
    void aMemberThatDoesNotReadHoldsItsClientUp() throws IOException {
        CountDownLatch mayRead = new CountDownLatch(1);
        AtomicLong read = new AtomicLong();
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            wire.head();
            awaitLatch(mayRead);
            byte[] part = new byte[65536];
            while (read.get() < LARGE) {
                read.addAndGet(wire.readSome(part));
            }
            wire.send(OK);
            wire.head();
        }); FrameClient client = client(member.port())) {
            int stream = client.post("/", "content-length", String.valueOf(LARGE));
            int sent = 0;
            do {
                sent += client.upload(stream, LARGE - sent, true);
                client.ping(); // windows that are opened are opened by then, or the member is full
            } while (client.window(stream) > 0 && sent < LARGE);
            assertThat(sent).isLessThan(BUFFERED);
            mayRead.countDown();
            while (sent < LARGE) {
                while (client.window(stream) == 0) {
                    assertThat(client.read()).isTrue();
                }
                sent += client.upload(stream, LARGE - sent, true);
            }
            assertThat(client.whole(stream).body()).isEqualTo("ok");
            assertThat(told().bytesIn()).isEqualTo(LARGE);
        }
    }

    @Test
    void uploadsThatAreHeldUpHoldUpNoOthers() throws IOException {
        CountDownLatch end = new CountDownLatch(1);
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            String head = wire.head();
            if (head.startsWith("POST /stalled")) {
                awaitLatch(end);
            } else {
                wire.body(head);
                wire.send(OK);
                wire.head();
            }
        }); FrameClient client = client(member.port())) {
            for (int i = 0; i < 10; i++) {
                int stalled = client.post("/stalled", "content-length", String.valueOf(LARGE));
                int sent = 0;
                do {
                    sent += client.upload(stalled, LARGE - sent, false);
                    client.ping();
                } while (client.window(stalled) > 0);
                assertThat(sent).isLessThan(BUFFERED);
            }
            int other = client.post("/other", "content-length", "60000");
            assertThat(client.upload(other, 60_000, true)).isEqualTo(60_000);
            assertThat(client.whole(other).body()).isEqualTo("ok");
            end.countDown();
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aClientThatDoesNotReadHoldsItsMemberUpAndNoOtherStream() throws IOException {
        AtomicLong written = new AtomicLong();
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            byte[] part = new byte[60_000];
            while (wire.head().startsWith("GET /large")) {
                wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + LARGE + "\r\n\r\n");
                for (int i = 0; i < LARGE / part.length; i++) {
                    wire.send(part, part.length);
                    written.addAndGet(part.length);
                }
            }
            wire.send(OK);
            wire.head();
        }); FrameClient client = client(member.port())) {
            client.stalls = true;
            int stream = client.get("/large");
            AtomicLong last = new AtomicLong();
            await().pollInterval(Duration.ofMillis(300))
                    .until(() -> written.get() > 0 && last.getAndSet(written.get()) == written.get());
            assertThat(written.get()).isLessThan(BUFFERED);
            do {
                client.ping();
            } while (client.answer(stream).size() < 65_535);
            assertThat(client.answer(stream).size()).isEqualTo(65_535);
            client.grant(stream, 0x3fff_ffff);
            int other = client.get("/other");
            assertThat(client.whole(other).body()).isEqualTo("ok");
            assertThat(client.whole(stream).size()).isEqualTo(LARGE);
        }
    }

    @Test
    void anAnswerWhoseEndIsNotTakenIsGivenUp() throws IOException {
        int size = 70_000;
        try (ScriptedMember member = ScriptedMember
                .answering("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n" + "x".repeat(size));
                FrameClient client = client()) {
            gateway.members(new Timeouts(Duration.ofSeconds(1), Duration.ofMillis(300), Duration.ofSeconds(9),
                    Duration.ofSeconds(9)), member.port());
            client.stalls = true;
            FrameAnswer answer = client.whole(client.get("/"));
            assertThat(answer.size()).isEqualTo(65_535);
            assertThat(answer.reset).isEqualTo((int) Http2Error.CANCEL.code());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"before the answer", "in the answer", "in the body", "stalled"})
    void aClientThatResetsAStreamGivesItsMemberBack(String when) throws IOException {
        CountDownLatch gone = new CountDownLatch(1);
        boolean answers = when.equals("in the answer");
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            seen.add(wire.head());
            if (answers) {
                wire.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf-");
            }
            if (when.equals("stalled")) {
                awaitLatch(gone);
            }
            seen.add(wire.rest());
            gone.countDown();
        }); FrameClient client = client(member.port())) {
            int stream;
            if (when.equals("stalled")) {
                stream = client.post("/");
                do {
                    client.upload(stream, LARGE, false);
                    client.ping();
                } while (client.window(stream) > 0);
            } else if (when.equals("in the body")) {
                stream = client.post("/");
                client.data(stream, "some", false);
            } else {
                stream = client.get("/");
            }
            await().until(() -> !member.seen.isEmpty());
            while (answers && client.answer(stream).size() < 5) {
                assertThat(client.read()).isTrue();
            }
            client.reset(stream, 8);
            await().until(() -> gateway.inFlight() == 0 && gateway.fastPath.underWay() == 0);
            assertThat(told().reason()).isEqualTo(Reason.CLIENT_GONE);
            if (when.equals("stalled")) {
                gone.countDown();
            }
            awaitLatch(gone);
            await().until(() -> member.seen.size() == 2);
            client.ping();
            assertThat(client.goAway).isNull();
        }
    }

    @Test
    void allStreamsEndWithTheirConnection() throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            seen.add(wire.head());
            wire.rest();
        })) {
            try (FrameClient client = client(member.port())) {
                for (int i = 0; i < 20; i++) {
                    int stream = i % 2 == 0 ? client.get("/") : client.post("/");
                    assertThat(stream).isEqualTo(2 * i + 1);
                }
                await().until(() -> member.seen.size() == 20);
            }
            await().until(() -> gateway.served.size() == 20);
            assertThat(gateway.served).allMatch(each -> each.reason() == Reason.CLIENT_GONE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf-",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhalf-\r\n"})
    void anAnswerThatBreaksOffIsNotTakenForWhole(String half) throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            wire.head();
            wire.send(half);
        }); FrameClient client = client(member.port())) {
            FrameAnswer answer = client.whole(client.get("/"));
            assertThat(answer.ended).isFalse();
            assertThat(answer.reset).isEqualTo((int) Http2Error.INTERNAL_ERROR.code());
            assertThat(told().reason()).isEqualTo(Reason.UPSTREAM_RESET);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 200_000, 2_000_000})
    void anEarlyAnswerDoesNotWaitForTheBody(int rest) throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            wire.head();
            wire.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
            wire.rest();
        }); FrameClient client = client(member.port())) {
            int stream = client.post("/", "content-length", String.valueOf(5 + rest));
            client.data(stream, "half-", false);
            FrameAnswer answer = client.answer(stream);
            while (!answer.ended) {
                assertThat(client.read()).isTrue();
            }
            assertThat(answer.status()).isEqualTo(413);
            int sent = 0;
            while (sent < rest && answer.reset < 0) {
                sent += client.upload(stream, rest - sent, true);
                if (sent < rest) {
                    assertThat(client.read()).isTrue();
                }
            }
            if (rest > Pipelining.MAX_DRAINED) {
                assertThat(sent).isLessThan(rest);
                assertThat(answer.reset).isEqualTo((int) Http2Error.NO_ERROR.code());
            }
            assertThat(client.whole(client.get("/slow/x")).body()).isEqualTo("slow /slow/x ");
            assertThat(client.goAway).isNull();
        }
    }

    /** What is under way when no more is taken must not be answered by a reset for each frame. */
    @Test
    void manyEarlyAnswersDoNotEndTheConnection() throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            wire.head();
            wire.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
            wire.rest();
        }); FrameClient client = client(member.port())) {
            for (int i = 0; i < 10; i++) {
                int stream = client.post("/", "content-length", "2000000");
                client.data(stream, "half-", false);
                FrameAnswer answer = client.answer(stream);
                while (!answer.ended) {
                    assertThat(client.read()).isTrue();
                }
                for (int sent = 0; sent < 1_000_000 && answer.reset < 0 && client.window(stream) > 0;) {
                    sent += client.upload(stream, 1_000_000 - sent, false);
                    client.ping();
                }
                while (answer.reset < 0 && client.window(stream) == 0) {
                    assertThat(client.read()).isTrue();
                }
                client.ping();
                assertThat(answer.resets).isEqualTo(1);
            }
            assertThat(client.whole(client.get("/slow/x")).body()).isEqualTo("slow /slow/x ");
            assertThat(client.goAway).isNull();
        }
    }
}
