package io.headgate.health;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;

/** Passes when the member accepts a connection and, if TLS is configured, completes the handshake. */
record TcpCheck(CheckConnection dial) implements Check {

    @Override
    public Future<?> start(CheckedMember target, EventLoop loop, Promise<Finding> finding) {
        String done = dial.tls() == null ? "connected" : "connected with TLS";
        if (dial.opening() == Opening.UNSEEN && dial.isBare(target)) {
            return dial.open(target, loop, finding,
                    (bare, address) -> new TcpProbe(bare, address, finding, done));
        }
        return dial.open(target, loop, finding, channel -> {
        }, channel -> finding.trySuccess(Finding.passed(done)));
    }
}
