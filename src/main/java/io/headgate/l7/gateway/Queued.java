package io.headgate.l7.gateway;

import io.headgate.pool.Member;
import io.headgate.pool.Pool;
import io.headgate.pool.Reason;
import io.headgate.pool.Ticket;
import io.headgate.pool.Waiter;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** A call that waits in a pool's queue. */
final class Queued implements Waiter {

    private final Call call;
    private final MonoSink<Member> sink;

    private Queued(Call call, MonoSink<Member> sink) {
        this.call = call;
        this.sink = sink;
    }

    /**
     * Waits for a place; the call holds the member before anybody hears of it, so that it is given back
     * whenever the client leaves.
     *
     * @param previous why the call came back, told in place of a queue that is full
     */
    static Mono<Member> place(Pool pool, Call call, @Nullable Failure previous) {
        return Mono.create(sink -> {
            Ticket ticket = new Ticket(pool, call.pick(), call.loop(), new Queued(call, sink));
            sink.onCancel(ticket::cancel);
            Reason refusal = ticket.join();
            if (refusal != null) {
                sink.error(previous != null ? previous : new Failure(refusal, null));
            }
        });
    }

    @Override
    public void admitted(Member member) {
        call.hold(member);
        sink.success(member);
    }

    @Override
    public void turnedAway(Reason reason) {
        sink.error(new Failure(reason, null));
    }
}
