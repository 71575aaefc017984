package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.l7.route.Answer;
import io.headgate.l7.route.BodyLimit;
import io.headgate.pool.Reason;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A route's limit for bodies that do not say how long they are. */
@SuppressWarnings("StringConcatToTextBlock") // HTTP ends its lines with CRLF
class BodyLimitTest {

    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String HEAD = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";

    private final Gateway gateway = new Gateway();

    @BeforeEach
    void fiveBytes() {
        BodyLimit five = new BodyLimit(5, new Answer(413, List.of("errorMessage", "no more than five")));
        gateway.routes(Gateway.fast("/**", List.of(draft -> draft.limitBody(five)), List.of(), null));
    }

    @AfterEach
    void everyMemberWasGivenBack() {
        await().until(() -> gateway.inFlight() == 0 && gateway.fastPath.underWay() == 0);
        gateway.close();
    }

    @Test
    void aBodyOfJustThatSizePasses() throws IOException {
        try (ScriptedMember member = ScriptedMember.answering(OK);
                Wire client = gateway.members(member.port()).client()) {
            assertThat(client.send(HEAD + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n").message()).endsWith("ok");
            assertThat(member.seen.getFirst()).endsWith("abcde");
        }
    }

    @Test
    void oneThatGrowsBeyondItIsRefusedAndTheMemberNeverSeesItsEnd() throws IOException {
        try (ScriptedMember member = ScriptedMember.answering(OK);
                Wire client = gateway.members(member.port()).client()) {
            client.send(HEAD + "3\r\nabc\r\n");
            await().until(() -> member.connections.get() == 1);
            client.send("3\r\ndef\r\n0\r\n\r\nGET /next HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(client.rest()).startsWith("HTTP/1.1 413 ").containsIgnoringCase("connection: close")
                    .contains("errorMessage: no more than five").containsOnlyOnce("HTTP/1.1");
            assertThat(member.seen).noneMatch(seen -> seen.startsWith("POST") || seen.startsWith("GET"));
            assertThat(gateway.served).singleElement()
                    .satisfies(served -> assertThat(served.status()).isEqualTo(413))
                    .satisfies(served -> assertThat(served.reason()).isEqualTo(Reason.FILTER_REFUSED));
        }
    }

    @Test
    void whereTheAnswerHasBegunItIsCut() throws IOException {
        try (ScriptedMember member = new ScriptedMember((wire, connection, seen) -> {
            wire.head();
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
            wire.rest();
        }); Wire client = gateway.members(member.port()).client()) {
            client.send(HEAD + "3\r\nabc\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 200");
            assertThat(client.exactly(4)).isEqualTo("half");
            assertThat(client.send("3\r\ndef\r\n").rest()).isEmpty();
            await().until(() -> gateway.served.size() == 1);
            assertThat(gateway.served.getFirst().reason()).isEqualTo(Reason.FILTER_REFUSED);
        }
    }
}
