package io.headgate.l7;

/**
 * Is notified of each request once it is over, exactly once. Called on an event loop: it must neither block
 * nor throw.
 */
@FunctionalInterface
public interface RequestListener {

    void served(ServedRequest request);
}
