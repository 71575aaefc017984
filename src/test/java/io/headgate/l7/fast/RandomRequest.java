package io.headgate.l7.fast;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A request of chance: the same for the same number. */
@SuppressWarnings("StringConcatToTextBlock") // HTTP ends its lines with CRLF
final class RandomRequest {

    /** Says which case a request belongs to; what the member answers is asked for by {@link #ANSWER}. */
    static final String CASE = "x-id";
    static final String ANSWER = "x-answer";

    private static final List<String> SEGMENTS = List.of("a", "b.c", "v1", "x%20y", "%C3%A4", "a;p=1",
            "long-name_~", "%2F", "a+b", "1", "@", "a=b", "abc", "a;p=1,2;q", ";x", "%25", "%5Bx%5D", "%3B",
            "$&'()*,:!", "%e2%82%ac", "...", "a%0D%0AX-Evil:%201", "%3Fa=1", "%7Bseg%7D",
            "..%2Fadmin", "caf%E9", "%26admin%3D1", "a|b", "x[0]", "{a}^`", "y".repeat(1500));

    private static final List<String> PARAMETERS = List.of("a=1", "a=2", "a=", "a", "b=x%20y", "b=x.y", "=b",
            "", "c=[1]", "d[]=1", "c=%5B1%5D", "e=a+b", "k=1?", "?", "g=%26%3D", "i=a;b=1", "j=%C3%A4",
            "l=a/b", "m=a=b", "z", "%61=1", "n=@:!$'()*,", "p=a|b", "q={x}^`", "r=a\\b", "s=100%", "t=%zz",
            "o=" + "w".repeat(1500));

    private static final List<String> HEADERS = List.of("X-Client: mine", "X-Client: a\r\nX-Client: b",
            "X-Client: c", "X-Twice: a\r\nx-twice: b", "X-Empty: ", "Cookie: a=b; c=d", "Cookie: a=xyz",
            "Accept-Encoding: gzip, br", "Connection: keep-alive, X-Drop\r\nX-Drop: 1", "TE: trailers",
            "X-Forwarded-For: 9.9.9.9", "X-Forwarded-For: 1.1.1.1, 9.9.9.9", "Forwarded: for=9.9.9.9",
            "Authorization: Basic eA==", "X-Obs: a\t b", "Range: bytes=0-1", "Proxy-Authorization: x",
            "Keep-Alive: 5", "Upgrade: h2c", "X-Long: " + "v".repeat(40), "X-Forwarded-Host: evil",
            "x_forwarded_For: 6.6.6.6",
            "X-Many: " + "e".repeat(14) + "\r\nX-Many: " + "f".repeat(12),
            "X-Latin: " + "\u00e9".repeat(12));

    /** What the guard refuses in a target, before either lane has the request. */
    private static final List<String> BAD_TARGETS = List.of("/\u00e9", "/..", "/a/%2e%2E/b", "/%zz", "/%",
            "/%00", "/a\\b", "/<a>", "/a#b", "?a=\u00e9", "?a=\"", "?%00",
            "/.;a", "/" + "z".repeat(9_000));

    private static final List<String> BAD_HEADERS = List.of("X Y: 1", "X-Space : 1", "X-Nul: a\0b",
            "Host: other",
            "Content-Length: 1\r\nTransfer-Encoding: chunked", "Content-Length: 1\r\nContent-Length: 2",
            "Content-Length: +1", "Transfer-Encoding: gzip", "X-Fold: a\r\n b",
            "X-Large: " + "v".repeat(40_000));

    private static final List<String> CONNECTIONS = List.of("Connection: close", "Connection: keep-alive",
            "Connection: Close, X-Client", "Connection: expect", "Connection: content-length",
            "Connection: te, cookie");

    /** The body "payload". */
    static final String PLAIN_CHUNKS = "3\r\npay\r\n4\r\nload\r\n0\r\n\r\n";

    private static final List<String> CHUNKS = List.of(PLAIN_CHUNKS,
            "0007\r\npayload\r\n00\r\n\r\n", "3;a=b;c=\"d;e\"\r\npay\r\n4;x\r\nload\r\n0;y=z\r\n\r\n",
            "7\r\npayload\r\n0\r\nX-Client: late\r\nX-Sum: 7\r\n\r\n",
            "A;q\r\n0123456789\r\na\r\n0123456789\r\n0;z\r\nContent-Length: 5\r\nHost: evil\r\n\r\n");

    private final SplittableRandom random;

    private RandomRequest(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /**
     * Makes a case's request.
     *
     * @param attempt from 0: another request each
     */
    static String of(long number, int attempt, int groups, int answers) {
        return new RandomRequest(~number + ((long) attempt << 40)).text(number, groups, answers);
    }

    private String text(long number, int groups, int answers) {
        String method = any(
                List.of("GET", "GET", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"));
        boolean http11 = random.nextInt(32) > 0;
        boolean badTarget = random.nextInt(100) == 0;
        boolean badHeader = random.nextInt(100) == 0;
        StringBuilder head = new StringBuilder(method + " " + target(groups)
                + (badTarget ? any(BAD_TARGETS) : "") + (http11 ? " HTTP/1.1" : " HTTP/1.0") + "\r\nHost: "
                + any(List.of("shop.example.org", "shop.example.org:8080", "Shop.Example.ORG", "h")) + "\r\n"
                + CASE + ": "
                + number
                + "\r\n" + ANSWER + ": " + random.nextInt(answers)
                + "\r\nUser-Agent: test\r\nAccept: text/plain\r\n");
        List<String> chosen = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            String header = any(HEADERS);
            String name = header.substring(0, header.indexOf(':'));
            if (chosen.stream().noneMatch(has -> has.startsWith(name))) {
                chosen.add(header);
                head.append(header).append("\r\n");
            }
        }
        if (badHeader) {
            String bad = any(BAD_HEADERS);
            // of HTTP/1.0 the decoder takes the first length, see docs/strictness.md
            head.append(http11 || !bad.contains("Length: 2") ? bad : BAD_HEADERS.getFirst()).append("\r\n");
        }
        if (random.nextInt(40) == 0 && chosen.stream().noneMatch(has -> has.startsWith("Connection"))) {
            head.append(any(CONNECTIONS)).append("\r\n");
        }
        boolean hasBody = method.startsWith("P") || (method.equals("DELETE") && random.nextInt(4) == 0);
        boolean expects = hasBody && random.nextInt(16) == 0;
        head.append(expects ? "Expect: 100-continue\r\n" : "");
        return switch (hasBody ? random.nextInt(http11 ? 4 : 2) : 0) {
            case 1 -> head + "Content-Length: 7\r\n\r\npayload";
            case 2, 3 -> head + "Transfer-Encoding: chunked\r\n\r\n" + any(CHUNKS);
            default -> head + "\r\n";
        };
    }

    /** Whether the client that sends it waits to be told to send the body. */
    static boolean waits(long number, String request) {
        return number % 2 == 0 && request.contains(" HTTP/1.1\r\n")
                && request.contains("\r\nExpect: 100-continue\r\n")
                && hasBody(request);
    }

    static boolean hasBody(String request) {
        return request.indexOf("\r\n\r\n") + 4 < request.length();
    }

    private String target(int groups) {
        StringBuilder target = new StringBuilder("/" + random.nextInt(groups));
        for (int i = random.nextInt(4); i >= 0; i--) {
            target.append(random.nextInt(20) == 0 ? "//" : "/").append(any(SEGMENTS));
        }
        target.append(random.nextInt(5) == 0 ? "/" : "");
        if (random.nextBoolean()) {
            target.append('?');
            for (int more = random.nextInt(20) == 0 ? 0 : 1 + random.nextInt(3); more > 0; more--) {
                target.append(any(PARAMETERS)).append(more > 1 ? "&" : "");
            }
        }
        return target.toString();
    }

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
