package io.headgate.l4;

/** A connection that knows its listener, not only by name: a new listener may have the name of an old one. */
interface Owned extends Connection {

    Listener owner();

    @Override
    default String listener() {
        return owner().name();
    }
}
