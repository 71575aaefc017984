package io.headgate.health;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.time.Duration;

/**
 * Passes when the member answers an HTTP/1.1 request with an expected status and, if configured, an expected
 * body.
 */
final class HttpCheck implements Check {

    /** Long enough for a page that is ready, and short enough to be over before the next check. */
    static final Duration PATIENCE = Duration.ofMillis(100);

    private final CheckConnection dial;
    private final CheckSpec.Http spec;
    private final Duration patience;
    private final HttpQuestion question;

    /**
     * @param patience how long the connection stays only to let the member end its answer
     */
    HttpCheck(CheckConnection dial, CheckSpec.Http spec, Duration patience) {
        this.dial = dial;
        this.spec = spec;
        this.patience = patience;
        CheckTls tls = dial.tls();
        this.question = new HttpQuestion(spec,
                spec.host() == null && tls != null ? tls.serverName() : spec.host());
    }

    @Override
    public Future<?> start(CheckedMember target, EventLoop loop, Promise<Finding> finding) {
        if (spec.body() == null && dial.isBare(target)) {
            byte[] asked = question.to(target);
            if (asked.length <= BareProbe.BUFFER) {
                return dial.open(target, loop, finding, (bare, address) -> new HttpProbe(bare, address,
                        finding, spec, asked, patience));
            }
        }
        return dial.open(target, loop, finding,
                channel -> channel.pipeline().addLast(new HttpAnswer(spec, patience, finding)),
                channel -> ask(target, channel, finding));
    }

    private void ask(CheckedMember target, Channel channel, Promise<Finding> finding) {
        channel.writeAndFlush(Unpooled.wrappedBuffer(question.to(target))).addListener(sent -> {
            if (!sent.isSuccess()) {
                finding.trySuccess(Finding.failed(sent.cause()));
            }
        });
    }
}
