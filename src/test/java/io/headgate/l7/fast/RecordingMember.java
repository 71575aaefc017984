package io.headgate.l7.fast;

import io.headgate.l7.fast.MemberAnswers.Answer;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;

/** A member that keeps what it sees by case, and answers as the request asks it to; on one port by TLS. */
final class RecordingMember implements AutoCloseable {

    private final Map<String, List<String>> seen = new ConcurrentHashMap<>();
    private final ScriptedMember member;
    private final ScriptedMember secured;

    RecordingMember(SSLContext tls) throws IOException {
        ScriptedMember.Script script = (wire, connection, unreadable) -> {
            // a connection that ends just as it is used again costs a request its answer, on either lane
            wire.waitsForEver();
            try {
                serve(wire);
            } catch (RuntimeException e) {
                unreadable.add(e.toString());
            }
        };
        member = new ScriptedMember(script);
        secured = new ScriptedMember(tls, script);
    }

    private void serve(Wire wire) throws IOException {
        for (String head = wire.head(); !head.isBlank(); head = wire.head()) {
            Answer answer = MemberAnswers.to(head);
            boolean expected = header(head, "expect").equals("100-continue");
            boolean refused = expected && answer.early();
            if (expected && !refused) {
                wire.send("HTTP/1.1 100 Continue\r\n\r\n");
            }
            String request = head + "\r\n\r\n" + (refused ? "" : wire.body(head));
            seen.computeIfAbsent(header(head, RandomRequest.CASE), id -> new CopyOnWriteArrayList<>())
                    .add(request);
            boolean bodiless = head.startsWith("HEAD ");
            wire.send(answer.text(bodiless));
            if (answer.closes(bodiless)) {
                wire.shutdownOutput();
                wire.rest();
                return;
            }
        }
    }

    int port() {
        return member.port();
    }

    int securedPort() {
        return secured.port();
    }

    /** What it saw of a case, and no longer keeps. */
    List<String> take(long number) {
        List<String> of = seen.remove(Long.toString(number));
        return of == null ? List.of() : of;
    }

    /** What belongs to no case, or could not be read. */
    List<String> strange() {
        List<String> strange = new CopyOnWriteArrayList<>(member.seen);
        strange.addAll(secured.seen);
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
        secured.close();
    }
}
