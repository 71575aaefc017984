package io.headgate.pool;

/** What {@link Attempts#next} comes to: an attempt that holds its member, or one of these. */
public sealed interface Step permits Attempt, Step.Queued, Step.Refused {

    /**
     * The pool's queue has it: {@link Attempts.Caller} is called when its turn comes, or when it does not.
     */
    record Queued() implements Step {

        static final Queued STEP = new Queued();
    }

    /**
     * No member is left to try.
     *
     * @param reason why the last attempt failed; if none was made, why there is no member
     */
    record Refused(Reason reason) implements Step {}
}
