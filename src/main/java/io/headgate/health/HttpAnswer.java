package io.headgate.health;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads the answer to an HTTP check. Once there is a finding, the connection is closed, but not in the middle
 * of a short answer: the member would see a client that aborts, and some members log that as an error.
 */
final class HttpAnswer extends ChannelDuplexHandler {

    /** How many bytes of an answer are read only to let the member finish it. */
    private static final int SURPLUS = 64 * 1024;

    private final CheckSpec.Http spec;
    private final Duration patience;
    private final Promise<Finding> finding;
    private @Nullable Finding verdict;
    private @Nullable ExpectedBody body;
    private boolean begun;
    private boolean over;
    private int surplus;
    private @Nullable Future<?> closing;

    /**
     * @param patience how long the connection stays only to let the member end its answer
     */
    HttpAnswer(CheckSpec.Http spec, Duration patience, Promise<Finding> finding) {
        this.spec = spec;
        this.patience = patience;
        this.finding = finding;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws IOException {
        try {
            read(ctx, (HttpObject) message);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void read(ChannelHandlerContext ctx, HttpObject part) throws IOException {
        if (part.decoderResult().isFailure()) {
            over = true;
            if (verdict == null) {
                verdict = Finding
                        .failed("the answer is not HTTP: " + Words.of(part.decoderResult().cause()));
            }
        } else if (part instanceof HttpResponse response && !begun) {
            head(ctx, response);
        }
        if (part instanceof HttpContent content && begun) {
            content(ctx, content);
        }
        if (over) {
            settle();
        }
    }

    private void head(ChannelHandlerContext ctx, HttpResponse response) {
        int code = response.status().code();
        if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL && code != 101) {
            return; // the final answer follows
        }
        begun = true;
        String status = Words.line("HTTP " + response.status());
        if (response.protocolVersion().majorVersion() != 1) {
            verdict = Finding.failed("the answer is " + Words.line(response.protocolVersion() + " "
                    + response.status()) + " (expected: HTTP/1.1 or HTTP/1.0)");
        } else if (!spec.expectStatus().contain(code)) {
            verdict = Finding.failed(status + " (expected: " + spec.expectStatus() + ")");
        } else if (spec.body() == null) {
            verdict = Finding.passed(status);
        } else {
            body = new ExpectedBody(spec.body(), status, (EventLoop) ctx.executor(), finding);
        }
    }

    private void content(ChannelHandlerContext ctx, HttpContent content) throws IOException {
        over = content instanceof LastHttpContent;
        if (body != null && !finding.isDone()) {
            body.add(content.content());
            if (over) {
                body.complete();
            }
            return;
        }
        surplus += content.content().readableBytes();
        if (closing != null && (over || surplus > SURPLUS)) {
            ctx.close();
        }
    }

    /** Reads what has come with the head, usually the whole answer, before it reports the verdict. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        settle();
        if (body != null) {
            body.look();
        }
        ctx.fireChannelReadComplete();
    }

    private void settle() {
        if (verdict != null) {
            finding.trySuccess(verdict);
        }
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (closing == null && isMidway() && ctx.channel().isActive()) {
            closing = ctx.executor().schedule(() -> ctx.close(promise), patience.toNanos(),
                    TimeUnit.NANOSECONDS);
        } else {
            ctx.close(promise);
        }
    }

    /** Whether there is a finding other than a timeout, and more of the answer is to come. */
    private boolean isMidway() {
        boolean found = verdict != null || (finding.isSuccess() && finding.getNow().passed());
        return found && begun && !over && surplus <= SURPLUS;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (closing != null) {
            closing.cancel(false);
        }
        settle();
        if (body != null) {
            body.brokenOff();
        } else {
            finding.trySuccess(Finding.failed("closed without an answer"));
        }
        ctx.fireChannelInactive();
    }
}
