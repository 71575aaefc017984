package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.TestGateway;
import io.headgate.l7.Lane;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * The same bytes through both lanes: what the member sees and what the client gets must be the same, but for
 * what docs/deviations.md lists. One application has the fast path on, the other off.
 */
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("StringConcatToTextBlock") // HTTP ends its lines with CRLF
class DifferentialTest {

    private static final int CASES = Integer.getInteger("differential.cases", 4_000);

    /** Filters of one route each; its path is /N/**. Every one of these must be fast. */
    private static final List<String> ROUTES = List.of("", "StripPrefix=1", "StripPrefix=2", "PrefixPath=/p",
            "'PrefixPath=/p/{seg}'", "'SetPath=/set/{seg}'", "'RewritePath=/\\d+/(?<rest>.*), /re/$\\{rest}'",
            "'RewritePath=/a, /b'", "'AddRequestHeader=X-Added, one'", "'AddRequestHeader=X-Added, s-{seg}'",
            "'SetRequestHeader=X-Client, set'", "RemoveRequestHeader=X-Client",
            "'AddRequestHeadersIfNotPresent=X-Client:a,X-New:b,X-New:c'",
            "'MapRequestHeader=X-Client, X-Mapped'",
            "'AddResponseHeader=X-Member, added'", "'AddResponseHeader=X-Member, added, false'",
            "'SetResponseHeader=X-Member, {seg}'", "RemoveResponseHeader=X-Member",
            "'RewriteResponseHeader=X-Member, [aeiou], <$0>'",
            "'DedupeResponseHeader=X-Member X-Other, RETAIN_LAST'",
            "'DedupeResponseHeader=X-Member, RETAIN_UNIQUE'", "RewriteLocationResponseHeader",
            "'RewriteLocationResponseHeader=ALWAYS_STRIP, Location, api.example.org'", "SetStatus=201",
            "SetStatus=NOT_FOUND", "SetStatus=204", "PreserveHostHeader",
            "SetRequestHostHeader=set.example.org",
            "'RedirectTo=302, https://elsewhere.example.org/x'", "SecureHeaders",
            "'AddRequestParameter=added, v1'",
            "RemoveRequestParameter=a", "'RewriteRequestParameter=a, changed'",
            "StripPrefix=1, PrefixPath=/x, 'AddRequestHeader=X-Order, 1', 'AddResponseHeader=X-Order, a', "
                    + "'AddResponseHeader=X-Order, b', 'RewriteResponseHeader=X-Order, a, c'",
            "PrefixPath=/one, PrefixPath=/two, StripPrefix=1",
            "RewriteLocationResponseHeader, StripPrefix=1");

    private static final List<String> ANSWERS = List.of(
            "200 OK\r\nContent-Length: 5\r\nX-Member: hello\r\n\r\nworld",
            "200 OK\r\nTransfer-Encoding: chunked\r\nX-Member: a\r\nX-Member: b\r\nX-Member: a\r\n\r\n5\r\nworld\r\n0\r\n\r\n",
            "302 Found\r\nContent-Length: 0\r\nLocation: http://orders.internal:8081/v2/x/y?z\r\n\r\n",
            "404 Not Found\r\nContent-Length: 4\r\nX-Other: 1\r\nX-Other: 2\r\n\r\nnone",
            "500 Internal Server Error\r\nContent-Length: 2\r\nConnection: X-Hop\r\nX-Hop: 1\r\n\r\nno",
            "204 No Content\r\nX-Member:  \r\n\r\n", "304 Not Modified\r\nETag: \"x\"\r\n\r\n",
            "480 Odd\r\nContent-Length: 1\r\nKeep-Alive: timeout=5\r\nUpgrade: h2c\r\n\r\n1");

    private ScriptedMember member;
    private TestGateway fast;
    private TestGateway slow;

    DifferentialTest() throws IOException {
        member = new ScriptedMember((wire, connection, seen) -> {
            for (String request = wire.message(); !request.isBlank(); request = wire.message()) {
                seen.add(request);
                String answer = ANSWERS.get(Integer.parseInt(header(request, "x-answer")));
                boolean bodiless = request.startsWith("HEAD ");
                wire.send("HTTP/1.1 "
                        + (bodiless ? answer.substring(0, answer.indexOf("\r\n\r\n") + 4) : answer));
            }
        });
        StringBuilder yaml = new StringBuilder("""
                headgate.pools.p.members: [ "127.0.0.1:%d" ]
                spring.cloud.gateway.server.webflux:
                  default-filters: [ "AddRequestHeader=X-Default, d" ]
                  routes:
                """.formatted(member.port()));
        for (int i = 0; i < ROUTES.size(); i++) {
            yaml.append("  - { id: r%d, uri: 'lb://p', predicates: [ '%s' ], filters: [ %s ] }\n".formatted(i,
                    i == 0 ? "Path=/0/{*seg}" : "Path=/" + i + "/{seg}/**", ROUTES.get(i)));
        }
        fast = TestGateway.start(yaml.toString());
        slow = TestGateway.start(yaml.toString(), "--headgate.fast-path.enabled=false");
    }

    @BeforeAll
    void membersAreUp() {
        assertThat(fast.get("/0/x", "X-Answer", "0").statusCode()).isEqualTo(200);
        assertThat(slow.get("/0/x", "X-Answer", "0").statusCode()).isEqualTo(200);
    }

    @AfterAll
    void stop() throws IOException {
        fast.close();
        slow.close();
        member.close();
    }

    @Test
    void bothLanesDoTheSame() throws IOException {
        double before = served(fast, Lane.FAST);
        try (Pair pair = new Pair()) {
            for (long seed = 0; seed < CASES; seed++) {
                String request = request(new Random(seed));
                member.seen.clear();
                String fastAnswer = pair.ask(true, request);
                List<String> fastSeen = member.seen.stream().filter(seen -> !seen.startsWith("!")).toList();
                member.seen.clear();
                String slowAnswer = pair.ask(false, request);
                List<String> slowSeen = member.seen.stream().filter(seen -> !seen.startsWith("!")).toList();
                assertThat(normal(fastSeen)).as("seed %d, the member: %s", seed, request)
                        .isEqualTo(normal(slowSeen));
                assertThat(normal(fastAnswer)).as("seed %d, the client: %s", seed, request)
                        .isEqualTo(normal(slowAnswer));
            }
        }
        assertThat(served(fast, Lane.FAST) - before).isEqualTo(CASES);
        assertThat(served(slow, Lane.FAST)).isZero();
    }

    private static double served(TestGateway gateway, Lane lane) {
        return gateway.bean(MeterRegistry.class).find("headgate.requests")
                .tag("lane", lane.name().toLowerCase(Locale.ROOT))
                .timers().stream().mapToDouble(timer -> timer.count()).sum();
    }

    /** A connection to each lane, opened anew when it was closed. */
    private final class Pair implements AutoCloseable {

        private Wire toFast = Wire.to(fast.port());
        private Wire toSlow = Wire.to(slow.port());

        Pair() throws IOException {
        }

        String ask(boolean fastOne, String request) throws IOException {
            Wire wire = fastOne ? toFast : toSlow;
            wire.send(request);
            String answer = request.startsWith("HEAD ") ? wire.head() + "\r\n\r\n" : wire.message();
            if (answer.toLowerCase(Locale.ROOT).contains("connection: close")) {
                wire.close();
                if (fastOne) {
                    toFast = Wire.to(fast.port());
                } else {
                    toSlow = Wire.to(slow.port());
                }
            }
            return answer;
        }

        @Override
        public void close() throws IOException {
            toFast.close();
            toSlow.close();
        }
    }

    private static String request(Random random) {
        String method = pick(random, "GET", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS");
        String[] segments = {"a", "b.c", "v1", "x%20y", "%C3%A4", "a;p=1", "long-name_~", "%2F", "a+b", "1",
                "@", "a=b"};
        StringBuilder target = new StringBuilder("/" + random.nextInt(ROUTES.size()));
        for (int i = random.nextInt(4); i >= 0; i--) {
            target.append('/').append(pick(random, segments));
        }
        target.append(random.nextInt(5) == 0 ? "/" : "");
        String[] queries = {"a=1", "b=x%20y", "c", "d=", "e=a+b", "f=%C3%A4", "g=1&h=2", "a=2&z=9",
                "i=%26%3D"};
        if (random.nextBoolean()) {
            target.append('?').append(pick(random, queries));
        }
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: "
                + pick(random, "shop.example.org", "shop.example.org:8080", "h") + "\r\nX-Answer: "
                + random.nextInt(ANSWERS.size()) + "\r\nUser-Agent: test\r\nAccept: text/plain\r\n");
        String[] headers = {"X-Client: mine", "X-Client: a\r\nX-Client: b", "X-Case: a\r\nx-case: b",
                "X-Empty: ", "Cookie: a=b; c=d",
                "Accept-Encoding: gzip, br", "Connection: keep-alive, X-Drop\r\nX-Drop: 1", "TE: trailers",
                "X-Forwarded-For: 9.9.9.9", "Forwarded: for=9.9.9.9", "Authorization: Basic eA==",
                "X-Obs: a\t b", "Range: bytes=0-1", "Proxy-Authorization: x", "Keep-Alive: 5",
                "Upgrade: h2c"};
        List<String> chosen = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            String header = pick(random, headers);
            if (!chosen.contains(header)) {
                chosen.add(header);
                head.append(header).append("\r\n");
            }
        }
        boolean mayHaveBody = method.startsWith("P");
        return switch (mayHaveBody ? random.nextInt(3) : 0) {
            case 1 -> head + "Content-Length: 7\r\n\r\npayload";
            case 2 -> head + "Transfer-Encoding: chunked\r\n\r\n3\r\npay\r\n4\r\nload\r\n0\r\n\r\n";
            default -> head + "\r\n";
        };
    }

    private static String pick(Random random, String... from) {
        return from[random.nextInt(from.length)];
    }

    private static String header(String message, String name) {
        return message.lines().filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip()).findFirst().orElse("0");
    }

    private static List<String> normal(List<String> messages) {
        return messages.stream().map(DifferentialTest::normal).toList();
    }

    /** Header names in lower case and in order; framing left out, for the body has been read by it. */
    private static String normal(String message) {
        int end = message.indexOf("\r\n\r\n");
        List<String> lines = new ArrayList<>(message.substring(0, end).lines().toList());
        String line1 = lines.removeFirst();
        String first = line1.startsWith("HTTP/1.1 ") ? line1.substring(0, 12) : line1.replaceAll("//+", "/");
        List<String> headers = lines.stream().map(line -> {
            int colon = line.indexOf(':');
            return line.substring(0, colon).toLowerCase(Locale.ROOT) + ":"
                    + line.substring(colon + 1).strip();
        }).filter(line -> !line
                .matches("(content-length|transfer-encoding|connection|date):.*"))
                .sorted().toList();
        return first + "\n" + String.join("\n", headers) + "\n\n" + message.substring(end + 4);
    }
}
