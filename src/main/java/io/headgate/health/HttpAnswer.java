package io.headgate.health;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Promise;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads the answer to an HTTP check, no further than the finding needs it. */
final class HttpAnswer extends SimpleChannelInboundHandler<HttpObject> {

    private final CheckSpec.Http spec;
    private final Promise<Finding> finding;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private @Nullable String status;

    HttpAnswer(CheckSpec.Http spec, Promise<Finding> finding) {
        this.spec = spec;
        this.finding = finding;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) throws IOException {
        if (part.decoderResult().isFailure()) {
            finding.trySuccess(
                    Finding.failed("the answer is not HTTP: " + Words.of(part.decoderResult().cause())));
            return;
        }
        if (part instanceof HttpResponse response) {
            head(response);
        }
        if (part instanceof HttpContent content && status != null && spec.body() != null) {
            body(status, spec.body(), content);
        }
    }

    private void head(HttpResponse response) {
        int code = response.status().code();
        if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL && code != 101) {
            return; // the answer proper follows
        }
        status = Words.line("HTTP " + response.status());
        if (!spec.expectStatus().contain(code)) {
            finding.trySuccess(Finding.failed(status + " (expected: " + spec.expectStatus() + ")"));
        } else if (spec.body() == null) {
            finding.trySuccess(Finding.passed(status));
        }
    }

    private void body(String status, CheckSpec.Body expected, HttpContent content) throws IOException {
        ByteBuf bytes = content.content();
        int taken = Math.min(bytes.readableBytes(), expected.limit() - body.size());
        bytes.readBytes(body, taken);
        boolean full = body.size() == expected.limit();
        if (full || content instanceof LastHttpContent) {
            String text = body.toString(StandardCharsets.UTF_8);
            boolean found = expected.pattern().matcher(text).find();
            String where = full ? "the first " + expected.limit() + " bytes of the body" : "the body";
            finding.trySuccess(found
                    ? Finding.passed(status + ", body as expected")
                    : Finding.failed(status + ", but " + where + " does not match " + expected.pattern()));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        finding.trySuccess(
                Finding.failed(
                        status == null ? "closed without an answer" : status + ", but the body broke off"));
    }
}
