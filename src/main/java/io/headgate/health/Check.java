package io.headgate.health;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;

/** Asks a member once whether it is well. Holds no state of its own: one check serves a whole pool. */
@FunctionalInterface
interface Check {

    /**
     * Starts asking and returns at once; to be called on the loop. The finding may also be completed from
     * outside, by a timeout or a cancellation: whoever completes it, everything that the check holds is then
     * given back.
     *
     * @param finding to be completed with what was found
     * @return done once nothing is held any more
     */
    Future<?> start(Target target, EventLoop loop, Promise<Finding> finding);
}
