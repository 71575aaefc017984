package io.headgate.l7.fast;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestBodyTest {

    private static final ByteBufAllocator ALLOCATOR = ByteBufAllocator.DEFAULT;

    private static void add(RequestBody body, String text, StringBuilder all) {
        ByteBuf bytes = ALLOCATOR.buffer(text.length());
        bytes.writeCharSequence(text, US_ASCII);
        body.add(new DefaultHttpContent(bytes), null);
        all.append(text);
    }

    /** A read of 64 KB may hold ten thousand of them. */
    @Test
    void chunksOfOneByteThatWaitShareBuffers() {
        RequestBody body = new RequestBody();
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            add(body, Character.toString('a' + i % 26), all);
        }
        assertThat(waiting(body)).as("parts").hasSizeLessThan(10);
        add(body, "long".repeat(300), all);
        add(body, "-", all);
        body.add(LastHttpContent.EMPTY_LAST_CONTENT, null);
        assertThat(body.isComplete()).isTrue();
        assertThat(body.bytes()).isEqualTo(all.length());
        assertThat(String.join("", waiting(body))).isEqualTo(all.toString());
        body.release();
        assertThat(body.isWaiting()).isFalse();
    }

    @Test
    void whatComesAfterARequestWasHandedOverIsNotWrittenBehindIt() {
        RequestBody body = new RequestBody();
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 3; i++) {
            add(body, "ab", all);
        }
        HandedBody handed = body.handOver();
        add(body, "c", all);
        add(body, "d", all);
        StringBuilder first = new StringBuilder();
        handed.parts().forEach(part -> {
            first.append(part.content().toString(US_ASCII));
            part.release();
        });
        assertThat(first).hasToString("ababab");
        assertThat(String.join("", waiting(body))).isEqualTo("cd");
        body.release();
    }

    private static List<String> waiting(RequestBody body) {
        List<String> parts = new ArrayList<>();
        body.eachWaiting(part -> parts.add(part.content().toString(US_ASCII)));
        return parts;
    }
}
