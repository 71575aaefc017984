package io.headgate.l7.cache;

/** Something that requests wait for. */
interface Awaited {

    /** To be called at its end, by the thread that ends it; false if it has ended. */
    boolean join(Runnable after);

    /** Is not to be called any more. */
    void leave(Runnable after);
}
