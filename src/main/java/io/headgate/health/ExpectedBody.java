package io.headgate.health;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Promise;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * Collects the body of an answer. It passes as soon as a match is certain, and fails at the body's end. Only
 * the matching happens off the event loop, which must not wait for a slow expression.
 */
final class ExpectedBody {

    private final CheckSpec.Body expected;
    private final String status;
    private final EventLoop loop;
    private final Promise<Finding> finding;
    private final BodyMatch match;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private boolean matching;
    /** The expression takes too long on a part of the body: only the whole body is searched. */
    private boolean wholeAlone;
    private int looked;
    /** The failure to report if the expression is not found now; empty while more of the body may come. */
    private String end = "";

    ExpectedBody(CheckSpec.Body expected, String status, EventLoop loop, Promise<Finding> finding) {
        this.expected = expected;
        this.status = status;
        this.loop = loop;
        this.finding = finding;
        this.match = new BodyMatch(expected.pattern(), finding::isDone);
    }

    void add(ByteBuf bytes) throws IOException {
        bytes.readBytes(body, Math.min(bytes.readableBytes(), expected.limit() - body.size()));
        if (body.size() == expected.limit()) {
            end("the first " + expected.limit() + " bytes of the body do not match " + expected.pattern());
        }
    }

    /** The body is complete. */
    void complete() {
        end("the body does not match " + expected.pattern());
    }

    /** The connection closed before the body was complete. */
    void brokenOff() {
        end("the body was cut off");
    }

    private void end(String why) {
        if (end.isEmpty()) {
            end = why;
            look();
        }
    }

    /** Searches what has come. If a search is running, another one follows it. */
    void look() {
        boolean whole = !end.isEmpty();
        if (matching || finding.isDone() || (wholeAlone && !whole)) {
            return;
        }
        byte[] bytes = body.toByteArray();
        looked = bytes.length;
        matching = true;
        Thread.ofVirtual().name("headgate check").start(() -> {
            BodyMatch.Result result = match.look(bytes, whole);
            loop.execute(() -> looked(result, whole));
        });
    }

    private void looked(BodyMatch.Result result, boolean whole) {
        matching = false;
        if (result == BodyMatch.Result.FOUND) {
            finding.trySuccess(Finding.passed(status + ", body as expected"));
        } else if (result == BodyMatch.Result.TOO_MUCH && !whole) {
            wholeAlone = true;
            look();
        } else if (result == BodyMatch.Result.TOO_MUCH) {
            finding.trySuccess(Finding.failed(status + ", but " + expected.pattern()
                    + " takes too long on the body (expected: an expression that backtracks less)"));
        } else if (whole) {
            finding.trySuccess(Finding.failed(status + ", but " + end));
        } else if (!end.isEmpty() || body.size() > looked) {
            look();
        }
    }
}
