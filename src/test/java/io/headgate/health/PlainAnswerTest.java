package io.headgate.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainAnswerTest {

    private static final int CASES = 30_000;

    private static final List<String> ANSWERS = List.of(
            "HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok",
            "HTTP/1.0 404 Not Found\r\ncontent-length:5\r\n\r\nworld",
            "HTTP/1.1 204 No Content\r\nDate: Mon, 30 Nov 2026 17:00:00 GMT\r\n\r\n",
            "HTTP/1.1 503 Unavailable\r\nContent-Length: 9\r\n\r\nread",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: b\r\n\r\n2\r\nok\r\n0\r\n\r\n");

    private static final String BYTES = "\r\n :;,0129aAzZ-_/.\t\u0000\u0080\u00ff\u007f\"(";

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void theUsualAnswersNeedNoDecoder(int which) {
        assertThat(read(ANSWERS.get(which))).isNotNull().extracting(PlainAnswer::left)
                .isEqualTo(which == 3 ? 5 : 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", "HTTP/1.1 200 OK\r\n\r\nok",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nok", "HTTP/1.1 103 Hints\r\n\r\n",
            "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n", "SSH-2.0-OpenSSH_9.6\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA b: c\r\nContent-Length: 0\r\n\r\n"})
    void whatIsNotPlainIsLeftToTheDecoder(String answer) {
        assertThat(read(answer)).isNull();
    }

    @Test
    void whatItReadsTheDecoderReadsInTheSameWay() {
        Random random = new Random(1);
        int plain = 0;
        for (int i = 0; i < CASES; i++) {
            String answer = mutated(ANSWERS.get(random.nextInt(ANSWERS.size())), random);
            PlainAnswer read = read(answer);
            if (read != null) {
                plain++;
                assertThat(decoded(answer)).as(answer)
                        .isEqualTo(read.status() + (read.left() == 0 ? " whole" : ""));
            }
        }
        assertThat(plain).isBetween(CASES / 20, CASES * 19 / 20);
    }

    private static String mutated(String answer, Random random) {
        StringBuilder text = new StringBuilder(answer);
        for (int changes = random.nextInt(3); changes > 0; changes--) {
            int at = random.nextInt(text.length());
            char other = BYTES.charAt(random.nextInt(BYTES.length()));
            switch (random.nextInt(3)) {
                case 0 -> text.setCharAt(at, other);
                case 1 -> text.insert(at, other);
                default -> text.deleteCharAt(at);
            }
        }
        return text.toString();
    }

    private static @Nullable PlainAnswer read(String answer) {
        ByteBuf bytes = Unpooled.copiedBuffer(answer, StandardCharsets.ISO_8859_1);
        try {
            return PlainAnswer.read(bytes, false);
        } finally {
            bytes.release();
        }
    }

    /** The status, and whether the answer is complete. */
    private static String decoded(String answer) {
        EmbeddedChannel channel = new EmbeddedChannel(new HttpResponseDecoder());
        channel.writeInbound(Unpooled.copiedBuffer(answer, StandardCharsets.ISO_8859_1));
        String found = "";
        for (HttpObject part = channel.readInbound(); part != null; part = channel.readInbound()) {
            if (part.decoderResult().isFailure() && found.isEmpty()) {
                found = part.decoderResult().toString();
            } else if (part instanceof HttpResponse head) {
                found = head.status().toString();
            }
            if (part instanceof LastHttpContent) {
                found += " whole";
            }
            ReferenceCountUtil.release(part);
        }
        channel.finishAndReleaseAll();
        return found;
    }
}
