package io.headgate.l7.gateway;

import io.headgate.pool.Attempt;
import io.headgate.pool.Attempts;
import io.headgate.pool.Member;
import io.headgate.pool.Reason;
import io.headgate.pool.Step;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** A request that waits in a pool's queue. */
final class QueuedRequest implements Attempts.Caller {

    private final SlowRequest slow;
    private final MonoSink<SlowAttempt> sink;

    private QueuedRequest(SlowRequest slow, MonoSink<SlowAttempt> sink) {
        this.slow = slow;
        this.sink = sink;
    }

    /**
     * Waits for a place, where the pool has a queue. The request holds the member before anybody is called,
     * so that it is released whenever the client leaves.
     *
     * @param bound the member that the session is bound to
     * @param previous why the request needs another member: reported when there is none
     */
    static Mono<SlowAttempt> place(SlowRequest slow, @Nullable Member bound, @Nullable Failure previous) {
        return Mono.create(sink -> {
            Attempts attempts = slow.attempts();
            switch (attempts.next(bound, slow.loop(), new QueuedRequest(slow, sink))) {
                case Attempt attempt -> sink.success(slow.begin(attempt));
                case Step.Queued _ -> sink.onCancel(attempts::leaveQueue);
                case Step.Refused(Reason reason) ->
                    sink.error(previous != null ? previous : new Failure(reason, null));
            }
        });
    }

    @Override
    public void admitted(Attempt attempt) {
        sink.success(slow.begin(attempt));
    }

    @Override
    public void turnedAway(Reason reason) {
        sink.error(new Failure(reason, null));
    }
}
