package io.headgate.l4;

import java.net.InetSocketAddress;
import java.time.Instant;

/**
 * A connection of a client that was let in. It refers to its listener object, because a new listener may have
 * the name of an old one.
 */
interface Owned extends Connection {

    Admission admission();

    /** When it was accepted, in milliseconds of the wall clock. */
    long openedMillis();

    default Listener owner() {
        return admission().listener();
    }

    @Override
    default String listener() {
        return owner().name();
    }

    @Override
    default InetSocketAddress client() {
        return admission().client();
    }

    @Override
    default Instant openedAt() {
        return Instant.ofEpochMilli(openedMillis());
    }
}
