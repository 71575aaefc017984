package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Malformed requests through the whole of the fast path, over sockets: whatever comes, the connection ends,
 * nothing stays held, members see whole requests alone, and the next client is served.
 */
@SuppressWarnings("StringConcatToTextBlock")
class FuzzTest {

    private static final int CASES = 1000;
    private static final long SEED = 20_260_801;
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final Pattern HEAD = Pattern.compile(
            "[A-Z]+ /[!-~]* HTTP/1\\.1(?:\r\n[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\r\n\0]*)+");

    private final Gateway gateway = new Gateway();

    @AfterEach
    void close() {
        gateway.close();
    }

    /** Sends, and reads to the end. */
    private String exchange(byte[] bytes, boolean ends) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.server.port())) {
            socket.setSoTimeout(10_000);
            try {
                socket.getOutputStream().write(bytes);
                if (ends) {
                    socket.shutdownOutput();
                }
                return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            } catch (SocketException reset) {
                return "";
            }
        }
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private void isStillWell(String lastCase) throws IOException {
        String answer = exchange(latin("GET /well HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"), false);
        assertThat(answer).as(lastCase).startsWith("HTTP/1.1 200").endsWith("ok");
    }

    @Test
    void whateverAClientSendsMembersSeeWholeRequestsAlone() throws IOException {
        List<String> wrong = new CopyOnWriteArrayList<>();
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            try {
                for (String message = wire.message(); !message.isBlank(); message = wire.message()) {
                    String head = message.substring(0, message.indexOf("\r\n\r\n"));
                    String lower = head.toLowerCase(Locale.ROOT);
                    if (!HEAD.matcher(head).matches()
                            || (lower.contains("\ntransfer-encoding:")
                                    && lower.contains("\ncontent-length:"))) {
                        wrong.add(head);
                    }
                    wire.send(OK);
                }
            } catch (NumberFormatException e) {
                wrong.add(String.valueOf(e.getMessage()));
            }
        })) {
            gateway.members(member.port());
            Mutations requests = new Mutations("/fuzz/requests.txt", SEED);
            for (int i = 0; i < CASES; i++) {
                String text = requests.message(i);
                exchange(latin(text), true);
                assertThat(wrong).as("case %d: %s", i, text).isEmpty();
            }
            isStillWell("after all");
            await().until(() -> gateway.inFlight() == 0 && gateway.fastPath.underWay() == 0);
        }
    }
}
