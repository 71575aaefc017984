package io.headgate.l7.fast;

import io.headgate.testing.FrameAnswer;
import io.headgate.testing.FrameClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A request of HTTP/1.1 as HTTP/2 has it: without what HTTP/2 forbids, and without lengths that are not its
 * body's, which break it off on the way; with all else that is wrong with it.
 */
record Http2Request(List<String> head, String body) {

    private static final Set<String> FORBIDDEN = Set.of("connection", "keep-alive", "upgrade",
            "transfer-encoding", "proxy-connection");

    /** Whether it means the same in both versions: nothing in it is about the connection or the framing. */
    static boolean canSay(String request) {
        return request.contains(" HTTP/1.1\r\n") && !request.contains("\r\nConnection:")
                && !MemberAnswers.expects(request)
                && (!request.contains("\r\nTransfer-Encoding:")
                        || request.endsWith(RandomRequest.PLAIN_CHUNKS));
    }

    static Http2Request of(String request) {
        int end = request.indexOf("\r\n\r\n");
        List<String> lines = request.substring(0, end).lines().toList();
        String[] first = lines.getFirst().split(" ", -1);
        List<String> head = new ArrayList<>(List.of(":method", first[0], ":scheme", "http", ":path",
                String.join(" ", List.of(first).subList(1, first.length - 1))));
        boolean chunked = lines.contains("Transfer-Encoding: chunked") && request.endsWith("\r\n0\r\n\r\n");
        String body = chunked ? "payload" : request.substring(end + 4);
        for (String line : lines.subList(1, lines.size())) {
            int colon = line.indexOf(':');
            String name = line.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT);
            String value = line.substring(colon + 1).strip();
            boolean wrong = name.equals("content-length") && !body.isEmpty() && !value.equals("7");
            if (name.equals("host") && !head.contains(":authority")) {
                head.addAll(List.of(":authority", value));
            } else if (!name.isEmpty() && !wrong && !FORBIDDEN.contains(name)) {
                head.addAll(List.of(name, value));
            }
        }
        return new Http2Request(head, body);
    }

    FrameAnswer send(FrameClient client) throws IOException {
        int stream = client.open(body.isEmpty(), head.toArray(new String[0]));
        if (!body.isEmpty()) {
            client.data(stream, body.substring(0, 3), false);
            client.data(stream, body.substring(3), true);
        }
        return client.whole(stream);
    }
}
