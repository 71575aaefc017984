package io.headgate.health;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;

/** Asks a member once whether it is well. Holds no state of its own: one check serves a whole pool. */
@FunctionalInterface
interface Check {

    /**
     * Starts the check and returns at once; must be called on the loop. A timeout or a cancellation may also
     * complete the finding from outside. In each case, the check then releases everything that it holds.
     *
     * @param finding to be completed with what was found
     * @return done once the check holds nothing any more
     */
    Future<?> start(CheckedMember target, EventLoop loop, Promise<Finding> finding);
}
