package io.headgate.discovery;

import java.util.function.Consumer;

/** Reports the members, now and whenever they change. */
interface Source extends AutoCloseable {

    /** Starts to report. To be called once; the updates come one after another, on an event loop. */
    void start(Consumer<Update> updates);

    /** Asks again soon, if this source asks at all. */
    void refresh();

    /** Reports nothing more. */
    @Override
    void close();
}
