package io.headgate.l7.route;

/** One change to the head of an answer on its way to the client. Immutable, called by many threads. */
@FunctionalInterface
public interface ResponseEdit {

    void apply(ResponseDraft draft);
}
