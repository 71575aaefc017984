package io.headgate.pool;

/**
 * Is notified how work on members ended. Called on the thread that did the work: it must neither block nor
 * throw.
 */
@FunctionalInterface
public interface OutcomeListener {

    void onOutcome(Member member, Outcome outcome);
}
