package io.headgate.l7;

import org.jspecify.annotations.Nullable;

/**
 * Is notified of requests that break a rule and are served all the same. Called on an event loop: it must
 * neither block nor throw.
 */
@FunctionalInterface
public interface RuleListener {

    /**
     * A request broke a rule that only reports.
     *
     * @param client the client's address, null if it could not be read
     * @param detail what breaks the rule, without anything that the client wrote
     */
    void broken(ClientRule rule, @Nullable String client, String detail);
}
