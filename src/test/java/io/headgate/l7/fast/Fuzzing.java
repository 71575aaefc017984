package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.l7.Lane;
import io.headgate.l7.ServedRequest;
import io.headgate.pool.Reason;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What must hold when the fast path is given any bytes whatever. */
@SuppressWarnings("StringConcatToTextBlock") // HTTP ends its lines with CRLF
final class Fuzzing {

    private static final int CONNECTIONS = 4;
    /** Bytes of buffers, beside what was sent. */
    private static final long ALLOWED = 256 * 1024;
    private static final List<String> ANSWERS = List.of("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
            "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

    private Fuzzing() {
    }

    /**
     * From a client. The first byte says in what pieces they come and how members answer.
     */
    static void client(byte[] data) {
        if (data.length == 0) {
            return;
        }
        int control = data[0] & 0xff;
        String answer = ANSWERS.get(control / 16 % ANSWERS.size());
        Embedded lab = new Embedded();
        try (lab) {
            Map<EmbeddedChannel, MemberSide> members = new LinkedHashMap<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                members.put(lab.connection(), new MemberSide());
            }
            int answered = 0;
            StringBuilder got = new StringBuilder();
            for (String piece : pieces(data, 1, control % 16)) {
                lab.send(lab.client, piece);
                answered += answer(lab, members, answer);
                got.append(Embedded.received(lab.client));
                assertThat(lab.held()).isLessThan(ALLOWED + 4L * data.length);
            }
            boolean open = lab.client.isOpen();
            lab.end(lab.client);
            got.append(Embedded.received(lab.client));
            lab.client.checkException();
            long byMembers = lab.served.stream()
                    .filter(told -> told.lane() == Lane.FAST && told.reason() == null).count();
            assertThat(byMembers).as("requests that members have answered").isEqualTo(answered);
            assertThat(lab.served)
                    .noneMatch(told -> told.reason() == Reason.INTERNAL_ERROR && told.status() == 500);
            ClientSide.answers(got.toString(), inTurn(lab.served), open);
            assertThat(lab.inFlight()).isZero();
            members.keySet().forEach(EmbeddedChannel::checkException);
        }
        assertThat(lab.held()).as("bytes that were not released").isZero();
    }

    /** From a member. The first two bytes say in what pieces they come and what was asked. */
    static void member(byte[] data) {
        if (data.length > 1) {
            int request = (data[1] & 0xff) % MemberFuzzTest.REQUESTS.size();
            MemberFuzzTest.exchange(MemberFuzzTest.REQUESTS.get(request), pieces(data, 2, data[0] & 0x0f));
        }
    }

    /** What is told of a request that neither lane took is told before its turn; it is the last. */
    private static List<ServedRequest> inTurn(List<ServedRequest> served) {
        List<ServedRequest> all = new ArrayList<>(served);
        all.sort((one, other) -> Boolean.compare(one.lane() == Lane.NONE, other.lane() == Lane.NONE));
        return all;
    }

    /** How many requests they answer. */
    private static int answer(Embedded lab, Map<EmbeddedChannel, MemberSide> members, String with) {
        int answered = 0;
        for (boolean more = true; more;) {
            more = false;
            for (Map.Entry<EmbeddedChannel, MemberSide> each : members.entrySet()) {
                MemberSide side = each.getValue();
                side.add(Embedded.received(each.getKey()));
                String method = side.next();
                if (method != null && each.getKey().isOpen()) {
                    assertThat(side.isClean()).as("a second request before the first is answered").isTrue();
                    lab.send(each.getKey(), method.equals("HEAD")
                            ? with.replaceAll("(?s)(200 .*?\r\n\r\n).*", "$1")
                            : with);
                    answered++;
                    more = true;
                }
            }
        }
        return answered;
    }

    private static List<String> pieces(byte[] data, int from, int size) {
        String text = new String(data, from, data.length - from, StandardCharsets.ISO_8859_1);
        List<String> pieces = new ArrayList<>();
        int step = size == 0 ? Math.max(1, text.length()) : size * size;
        for (int at = 0; at < text.length(); at += step) {
            pieces.add(text.substring(at, Math.min(text.length(), at + step)));
        }
        return pieces;
    }
}
