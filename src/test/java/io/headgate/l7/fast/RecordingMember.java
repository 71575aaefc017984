package io.headgate.l7.fast;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A member that keeps what it sees by case, and answers as the request asks it to. */
@SuppressWarnings("StringConcatToTextBlock") // HTTP ends its lines with CRLF
final class RecordingMember implements AutoCloseable {

    static final List<String> ANSWERS = List.of("200 OK\r\nContent-Length: 5\r\nX-Member: hello\r\n\r\nworld",
            "200 OK\r\nTransfer-Encoding: chunked\r\nX-Member: a\r\nX-Member: b\r\nX-Member: a\r\n\r\n"
                    + "5\r\nworld\r\n0\r\n\r\n",
            "302 Found\r\nContent-Length: 0\r\nLocation: http://orders.internal:8081/v2/x/y?z\r\n\r\n",
            "404 Not Found\r\nContent-Length: 4\r\nX-Other: 1\r\nX-Other: 2\r\n\r\nnone",
            "500 Internal Server Error\r\nContent-Length: 2\r\nConnection: X-Hop\r\nX-Hop: 1\r\n\r\nno",
            "204 No Content\r\nX-Member:  \r\n\r\n", "304 Not Modified\r\nETag: \"x\"\r\n\r\n",
            "304 Not Modified\r\nContent-Length: 5\r\nETag: \"x\"\r\n\r\n",
            "480 Odd\r\nContent-Length: 1\r\nKeep-Alive: timeout=5\r\nUpgrade: h2c\r\n\r\n1",
            "201 Created\r\nLocation: /v1/x\r\nSet-Cookie: a=b; Path=/\r\nset-cookie: c=d\r\n"
                    + "Content-Length: 3000\r\n\r\n" + "0123456789".repeat(300));

    private final Map<String, List<String>> seen = new ConcurrentHashMap<>();
    private final ScriptedMember member;

    RecordingMember() throws IOException {
        member = new ScriptedMember((wire, connection, unreadable) -> {
            try {
                serve(wire);
            } catch (RuntimeException e) {
                unreadable.add(e.toString());
            }
        });
    }

    private void serve(Wire wire) throws IOException {
        for (String request = wire.message(); !request.isBlank(); request = wire.message()) {
            seen.computeIfAbsent(header(request, RandomRequest.CASE), id -> new CopyOnWriteArrayList<>())
                    .add(request);
            String answer = ANSWERS.get(Integer.parseInt(header(request, RandomRequest.ANSWER)));
            boolean bodiless = request.startsWith("HEAD ");
            wire.send("HTTP/1.1 "
                    + (bodiless ? answer.substring(0, answer.indexOf("\r\n\r\n") + 4) : answer));
        }
    }

    int port() {
        return member.port();
    }

    /** What it saw of a case, and no longer keeps. */
    List<String> take(long number) {
        List<String> of = seen.remove(Long.toString(number));
        return of == null ? List.of() : of;
    }

    /** What belongs to no case, or could not be read. */
    List<String> strange() {
        List<String> strange = new CopyOnWriteArrayList<>(member.seen);
        strange.removeIf(each -> each.startsWith("! ")); // a connection that was broken off
        seen.values().forEach(strange::addAll);
        return strange;
    }

    static String header(String message, String name) {
        return message.lines().filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip()).findFirst().orElse("0");
    }

    @Override
    public void close() throws IOException {
        member.close();
    }
}
