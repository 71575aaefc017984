package io.headgate.discovery;

import java.util.function.Consumer;

/** Tells who the members are, now and whenever that changes. */
interface Source extends AutoCloseable {

    /** Begins to tell. To be called once; the updates come one after another, on an event loop. */
    void start(Consumer<Update> updates);

    /** Asks again soon, if this source is one that asks. */
    void refresh();

    /** Says nothing more. */
    @Override
    void close();
}
