package io.headgate.l4;

/**
 * A connection that refers to its listener object, because a new listener may have the name of an old one.
 */
interface Owned extends Connection {

    Listener owner();

    @Override
    default String listener() {
        return owner().name();
    }
}
