package io.headgate.l7.route;

/** One change to a request on its way to a member. Immutable, called by many threads. */
@FunctionalInterface
public interface RequestEdit {

    void apply(RequestDraft draft);
}
