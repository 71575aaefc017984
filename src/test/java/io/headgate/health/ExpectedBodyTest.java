package io.headgate.health;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Promise;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpectedBodyTest {

    /** The expression takes too long on the part that has come first, and next to nothing on the whole. */
    @ParameterizedTest
    @CsvSource({"b, true, body as expected", "c, false, takes too long on the body"})
    void thatAPartTakesTooLongSaysNothing(String rest, boolean passed, String detail) throws Exception {
        EventLoop loop = new DefaultEventLoop();
        try {
            Promise<Finding> finding = loop.newPromise();
            ExpectedBody body = new ExpectedBody(new CheckSpec.Body(Pattern.compile("a*a*b"), 10_000),
                    "HTTP 200 OK", loop, finding);
            loop.submit(() -> {
                body.add(Unpooled.copiedBuffer("a".repeat(4_000), UTF_8));
                body.look();
                body.add(Unpooled.copiedBuffer(rest, UTF_8));
                body.complete();
                return body;
            }).get();
            assertThat(finding.get(60, TimeUnit.SECONDS)).satisfies(found -> {
                assertThat(found.passed()).isEqualTo(passed);
                assertThat(found.detail()).contains(detail);
            });
        } finally {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
        }
    }
}
