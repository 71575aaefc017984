package io.headgate.l7.fast;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/** Makes malformed messages of a kept corpus: the same ones for the same seed. */
final class Mutations {

    private static final List<String> TOKENS = List.of("\r\n", "\n", "\r", "\0", " ", "\t", ":", "0\r\n\r\n",
            "Content-Length: 0\r\n", "Content-Length: 99\r\n", "Transfer-Encoding: chunked\r\n",
            "Transfer-Encoding: identity\r\n", "Connection: close\r\n", "Host: x\r\n", "HTTP/1.1", ";", "%00",
            "\u00ff", "GET / HTTP/1.1\r\nHost: h\r\n\r\n", "Expect: 100-continue\r\n",
            "Upgrade: websocket\r\n", "HTTP/1.1 100 Continue\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "HTTP/1.1 200 OK\r\nX: ", "HTTP/1.0", "HEAD ");

    private final List<String> corpus;
    private final Random random;

    Mutations(String resource, long seed) throws IOException {
        this(lines(resource), seed);
    }

    Mutations(List<String> corpus, long seed) {
        this.corpus = corpus;
        this.random = new Random(seed);
    }

    /** A kept corpus: one message in each line. */
    static List<String> lines(String resource) throws IOException {
        try (InputStream in = Objects.requireNonNull(Mutations.class.getResourceAsStream(resource))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().map(Mutations::unescape)
                    .toList();
        }
    }

    private static String unescape(String line) {
        return line.replace("\\r", "\r").replace("\\n", "\n").replace("\\0", "\0");
    }

    /** The entries as they are, and then ever new mutations of them. */
    String message(int number) {
        if (number < corpus.size()) {
            return corpus.get(number);
        }
        StringBuilder text = new StringBuilder(any(corpus));
        for (int i = random.nextInt(3); i >= 0; i--) {
            mutate(text);
        }
        return text.toString();
    }

    private void mutate(StringBuilder text) {
        int at = random.nextInt(text.length() + 1);
        int end = Math.min(text.length(), at + 1 + random.nextInt(8));
        switch (random.nextInt(6)) {
            case 0 -> text.insert(at, any(TOKENS));
            case 1 -> text.delete(at, end);
            case 2 -> text.insert(at, text.substring(at, end));
            case 3 -> text.replace(at, end, any(TOKENS));
            case 4 -> text.insert(at, (char) random.nextInt(256));
            default -> text.append(any(corpus));
        }
    }

    private String any(List<String> of) {
        return of.get(random.nextInt(of.size()));
    }
}
