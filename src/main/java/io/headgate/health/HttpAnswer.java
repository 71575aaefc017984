package io.headgate.health;

import io.headgate.net.HeadLimits;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
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
 *
 * <p>
 * A {@link PlainAnswer} is read as it comes. For any other, and if the body matters, a decoder is put before
 * this handler.
 */
final class HttpAnswer extends ChannelDuplexHandler {

    /** How many bytes of an answer are read only to let the member finish it. */
    private static final int SURPLUS = 64 * 1024;

    private static final HttpDecoderConfig LIMITS = new HttpDecoderConfig()
            .setMaxInitialLineLength(HeadLimits.LINE).setMaxHeaderSize(HeadLimits.HEADERS)
            .setMaxChunkSize(8 * 1024); // larger pieces of a body are read in parts

    private final CheckSpec.Http spec;
    private final Duration patience;
    private final Promise<Finding> finding;
    private @Nullable Finding verdict;
    private @Nullable ExpectedBody body;
    private boolean begun;
    private boolean over;
    /** Bytes of a plain answer's body that are still to come. */
    private int left;
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
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        if (message instanceof HttpObject part) {
            try {
                read(ctx, part);
            } finally {
                ReferenceCountUtil.release(message);
            }
        } else if (message instanceof ByteBuf bytes) {
            if (begun) {
                left -= bytes.readableBytes();
                pass(ctx, left <= 0, bytes.readableBytes());
                bytes.release();
            } else {
                begin(ctx, bytes);
            }
        }
    }

    /** Takes over the first bytes of the answer. */
    private void begin(ChannelHandlerContext ctx, ByteBuf bytes) throws Exception {
        boolean bodiless = spec.method().equals("HEAD");
        PlainAnswer plain = spec.body() == null ? PlainAnswer.read(bytes, bodiless) : null;
        if (plain == null) {
            Decoder decoder = new Decoder(bodiless, spec.method().equals("CONNECT"));
            ctx.pipeline().addBefore(ctx.name(), null, decoder);
            decoder.channelRead(ctx.pipeline().context(decoder), bytes);
            return;
        }
        bytes.release();
        begun = true;
        left = plain.left();
        over = left == 0;
        verdict = judge(spec, plain.code(), plain.line());
    }

    private void read(ChannelHandlerContext ctx, HttpObject part) throws IOException {
        if (part.decoderResult().isFailure()) {
            over = true;
            if (verdict == null) {
                verdict = Finding
                        .failed("the answer is not HTTP: " + CheckTexts.of(part.decoderResult().cause()));
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
        if (response.protocolVersion().majorVersion() != 1) {
            verdict = Finding.failed("the answer is " + CheckTexts.line(response.protocolVersion() + " "
                    + response.status()) + " (expected: HTTP/1.1 or HTTP/1.0)");
        } else {
            Finding byStatus = judge(spec, code, CheckTexts.line("HTTP " + response.status()));
            if (byStatus.passed() && spec.body() != null) {
                body = new ExpectedBody(spec.body(), byStatus.detail(), (EventLoop) ctx.executor(), finding);
            } else {
                verdict = byStatus;
            }
        }
    }

    /** What a status means, whatever the body; for operators it is the line. */
    static Finding judge(CheckSpec.Http spec, int code, String line) {
        return spec.expectStatus().contain(code)
                ? Finding.passed(line)
                : Finding.failed(line + " (expected: " + spec.expectStatus() + ")");
    }

    private void content(ChannelHandlerContext ctx, HttpContent content) throws IOException {
        boolean last = content instanceof LastHttpContent;
        if (body == null || finding.isDone()) {
            pass(ctx, last, content.content().readableBytes());
            return;
        }
        over = last;
        body.add(content.content());
        if (over) {
            body.complete();
        }
    }

    /** A part of the body in which nobody is interested. */
    private void pass(ChannelHandlerContext ctx, boolean last, int size) {
        over = last;
        surplus += size;
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

    /** Reads the answer to one request. */
    private static final class Decoder extends HttpResponseDecoder {

        private final boolean bodiless;
        private final boolean connects;

        Decoder(boolean bodiless, boolean connects) {
            super(LIMITS);
            this.bodiless = bodiless;
            this.connects = connects;
        }

        @Override
        protected boolean isContentAlwaysEmpty(HttpMessage message) {
            return bodiless || (connects && ((HttpResponse) message).status().code() == 200)
                    || super.isContentAlwaysEmpty(message);
        }
    }
}
