package io.headgate.l7;

import org.jspecify.annotations.Nullable;

/**
 * Is notified of requests that break a rule and are served all the same. Called on an event loop: it must neither
 * block nor throw.
 */
@FunctionalInterface
public interface RuleListener {

    /**
     * A rule that only reports was broken.
     *
     * @param client the client's address, null where it could not be read
     * @param detail what breaks the rule, without anything that the client wrote
     */
    void broken(ClientRule rule, @Nullable String client, String detail);
}
