package io.headgate.l7.gateway.own;

import io.headgate.filter.Decision;
import io.headgate.l7.route.Answer;
import io.headgate.l7.route.BodyChange;
import io.headgate.l7.route.Later;
import io.headgate.l7.route.RequestDraft;
import io.headgate.l7.route.RequestEdit;
import io.headgate.pool.Reason;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;

/** Asks a user's filter about requests of the fast lane. */
final class FastFilter implements RequestEdit {

    private static final Answer TOO_LATE = new Answer(503, List.of());

    private final OwnFilter own;
    private final boolean blocking;

    FastFilter(OwnFilter own) {
        this.own = own;
        this.blocking = own.isBlocking();
    }

    @Override
    public void apply(RequestDraft draft) {
        FastRequest request = new FastRequest(draft);
        try {
            settle(draft, blocking ? own.decideElsewhere(request) : own.filter().request(request));
        } catch (RuntimeException e) {
            fail(draft, e);
        }
    }

    private void settle(RequestDraft draft, Decision decision) {
        switch (decision) {
            case Decision.GoOn _ -> {
                BodyChange change = own.requestBody(new FastRequest(draft));
                if (change != null) {
                    draft.changeBody(change);
                }
            }
            case Decision.Answer answer ->
                draft.answer(new Answer(answer.status(), answer.headers(), answer.body()));
            case Decision.Later later -> await(draft, later);
        }
    }

    private void await(RequestDraft draft, Decision.Later later) {
        if (later.decision() instanceof CompletableFuture<Decision> done
                && done.state() == CompletableFuture.State.SUCCESS) {
            settle(draft, done.resultNow());
            return;
        }
        Runnable cancel = () -> cancel(later.decision());
        Later pending = draft.later(later.atMost(), late -> {
            cancel.run();
            late.answer(TOO_LATE);
        });
        pending.whenAbandoned(cancel);
        later.decision().whenComplete((decision, error) -> pending.decide(next -> {
            if (error == null) {
                settle(next, decision);
            } else {
                fail(next, error);
            }
        }));
    }

    /** As the slow lane does: nobody needs the decision any more. */
    private static void cancel(CompletionStage<Decision> undecided) {
        if (undecided instanceof Future<?> future) {
            future.cancel(true);
        }
    }

    private void fail(RequestDraft draft, Throwable error) {
        own.failed(error);
        draft.refuse(Reason.INTERNAL_ERROR);
    }
}
