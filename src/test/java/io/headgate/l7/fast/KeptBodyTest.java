package io.headgate.l7.fast;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.l7.KeptBodies;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class KeptBodyTest {

    private final KeptBodies bodies = new KeptBodies(-1, 1_000_000);

    private KeptBody kept(int length) {
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/");
        request.headers().set(HttpHeaderNames.CONTENT_LENGTH, length);
        return Objects.requireNonNull(KeptBody.of(RequestHead.of(request), bodies));
    }

    private static void add(KeptBody body, String text) {
        ByteBuf part = Unpooled.copiedBuffer(text, US_ASCII);
        body.add(part);
        assertThat(part.readableBytes()).isEqualTo(text.length());
        part.release();
    }

    /** The parts, each read once and released. */
    private static List<String> replayed(KeptBody body) {
        ArrayDeque<HttpContent> queue = new ArrayDeque<>();
        body.replay(queue);
        List<String> parts = queue.stream().map(part -> part.content().toString(US_ASCII)).toList();
        queue.forEach(HttpContent::release);
        return parts;
    }

    /** Else each byte would take an object that nobody counts. */
    @Test
    void aBodyThatComesByteByByteIsKeptInFewParts() {
        KeptBody body = kept(20_000);
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            String next = Character.toString('a' + i % 26);
            all.append(next);
            add(body, next);
        }
        assertThat(replayed(body)).hasSize(3);
        assertThat(String.join("", replayed(body))).isEqualTo(all.toString());
        body.release();
        assertThat(bodies.now()).isZero();
    }

    @Test
    void whatComesAfterARepeatIsInTheNextOne() {
        KeptBody body = kept(10_010);
        add(body, "x".repeat(10_000));
        List<String> first = replayed(body);
        add(body, "0123456789");
        assertThat(String.join("", first)).hasSize(10_000);
        assertThat(String.join("", replayed(body))).isEqualTo("x".repeat(10_000) + "0123456789");
        body.release();
        add(body, "late");
        assertThat(replayed(body)).isEmpty();
    }
}
