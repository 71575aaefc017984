package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.l7.route.Answer;
import io.headgate.l7.route.BodyLimit;
import io.headgate.l7.route.Later;
import io.headgate.l7.route.RequestDraft;
import io.headgate.l7.route.RequestEdit;
import io.headgate.pool.Reason;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Edits that take their time. */
@SuppressWarnings("StringConcatToTextBlock") // HTTP ends its lines with CRLF
class LaterTest {

    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final RequestEdit LATE = draft -> draft.answer(new Answer(504, List.of("late", "yes")));

    private final Gateway gateway = new Gateway();
    private final BlockingQueue<Later> pending = new LinkedBlockingQueue<>();

    @AfterEach
    void everyMemberWasGivenBack() {
        await().until(() -> gateway.inFlight() == 0 && gateway.fastPath.underWay() == 0);
        gateway.close();
    }

    private void edits(RequestEdit... edits) {
        gateway.routes(Gateway.fast("/**", List.of(edits), List.of(), null));
    }

    private void wait(RequestDraft draft) {
        pending.add(draft.later(LONG, LATE));
    }

    private static RequestEdit header(String name, String value) {
        return draft -> draft.headers().add(name, value);
    }

    @Test
    void whatFollowsWaitsAndTheBodyThatCameMeanwhileIsSentOn() throws Exception {
        edits(header("step", "1"), this::wait, header("step", "3"));
        try (ScriptedMember member = ScriptedMember.answering(OK);
                Wire client = gateway.members(member.port()).client()) {
            client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab");
            Later decision = pending.take();
            client.send("cde");
            assertThat(member.connections).hasValue(0);
            assertThat(decision.decide(header("step", "2"))).isTrue();
            assertThat(decision.decide(header("step", "twice"))).isFalse();
            assertThat(client.message()).endsWith("ok");
            assertThat(member.seen.getFirst()).contains("step: 1\r\nstep: 2\r\nstep: 3\r\n")
                    .endsWith("abcde");
        }
    }

    @Test
    void aDecisionMadeAtOnceIsLikeAnyEdit() throws IOException {
        edits(draft -> draft.later(LONG, LATE).decide(header("step", "1")), header("step", "2"));
        try (ScriptedMember member = ScriptedMember.answering(OK);
                Wire client = gateway.members(member.port()).client()) {
            assertThat(client.send(GET + GET).message()).endsWith("ok");
            assertThat(client.message()).endsWith("ok");
            assertThat(member.seen).hasSize(2)
                    .allSatisfy(seen -> assertThat(seen).contains("step: 1\r\nstep: 2\r\n"));
        }
    }

    @Test
    void aDecisionMayTakeItsTimeAgainOrAnswer() throws Exception {
        edits(this::wait);
        try (ScriptedMember member = ScriptedMember.answering(OK);
                Wire client = gateway.members(member.port()).client()) {
            client.send(GET + GET);
            pending.take().decide(this::wait);
            pending.take().decide(draft -> draft.answer(new Answer(418, List.of("who", "teapot"))));
            assertThat(client.message()).startsWith("HTTP/1.1 418 ").contains("who: teapot");
            pending.take().decide(draft -> draft.refuse(Reason.NO_MEMBER));
            assertThat(client.message()).startsWith("HTTP/1.1 503 ").contains("no-member");
            assertThat(member.connections).hasValue(0);
            await().until(() -> gateway.served.size() == 2);
            assertThat(gateway.served.getLast().reason()).isEqualTo(Reason.NO_MEMBER);
        }
    }

    @Test
    void withoutADecisionTheTimeIsUp() throws IOException {
        edits(draft -> draft.later(Duration.ofMillis(1), LATE));
        try (ScriptedMember member = ScriptedMember.answering(OK);
                Wire client = gateway.members(member.port()).client()) {
            assertThat(client.send(GET).message()).startsWith("HTTP/1.1 504 ").contains("late: yes");
            assertThat(member.connections).hasValue(0);
        }
    }

    @Test
    void whenTheClientLeavesNobodyWaits() throws Exception {
        AtomicInteger abandoned = new AtomicInteger();
        edits(this::wait);
        Later decision;
        try (Wire client = gateway.members(1).client()) {
            client.send(GET);
            decision = pending.take();
            decision.whenAbandoned(abandoned::incrementAndGet);
        }
        await().untilAtomic(abandoned, count -> assertThat(count).isEqualTo(1));
        assertThat(decision.decide(header("too", "late"))).isFalse();
    }

    @Test
    void aLimitThatComesAfterTheBodyHoldsToo() throws Exception {
        edits(this::wait, draft -> draft.limitBody(new BodyLimit(2, new Answer(413, List.of()))));
        try (ScriptedMember member = ScriptedMember.answering(OK);
                Wire client = gateway.members(member.port()).client()) {
            client.send(
                    "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
            Later decision = pending.take();
            decision.decide(draft -> {
            });
            assertThat(client.message()).startsWith("HTTP/1.1 413 ");
        }
    }

    @Test
    void anEditThatThrowsLaterClosesTheConnection() throws Exception {
        edits(this::wait);
        try (Wire client = gateway.members(1).client()) {
            client.send(GET);
            pending.take().decide(draft -> {
                throw new IllegalStateException("on purpose");
            });
            assertThat(client.rest()).isEmpty();
        }
    }
}
