package io.headgate.health;

import io.headgate.pool.Address;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.time.Duration;

/** Runs one check as its owner does, and waits for what it found and until it holds nothing any more. */
final class CheckRun {

    private CheckRun() {
    }

    static Finding of(Check check, EventLoop loop, int port, Duration timeout) throws InterruptedException {
        return of(check, loop, new CheckedMember("web", "a", new Address("127.0.0.1", port)), timeout);
    }

    static Finding of(Check check, EventLoop loop, CheckedMember target, Duration timeout)
            throws InterruptedException {
        Promise<Finding> finding = loop.newPromise();
        Promise<Boolean> ended = loop.newPromise();
        loop.execute(() -> {
            Future<?> held = check.start(target, loop, finding);
            held.addListener(done -> ended.trySuccess(true));
        });
        if (!finding.await(timeout.toMillis())) {
            finding.trySuccess(Finding.failed("no answer within " + timeout.toMillis() + " ms"));
        }
        if (!ended.await(10_000)) {
            throw new AssertionError("the check still holds something");
        }
        return finding.getNow();
    }
}
