/**
 * Layer 4: listeners whose connections are relayed to the members of a pool. Start with {@link Listeners}
 * (what listens), then follow a connection: {@link Acceptor} lets it in, {@link Session} is its life,
 * {@link Dial} finds a member, {@link Relay} and its two {@link Leg}s carry the bytes.
 */
@NullMarked
package io.headgate.l4;

import org.jspecify.annotations.NullMarked;
