/**
 * Pools and their members: what a member is, what happens to it, and how one is picked. Start with
 * {@link Pool}; {@link Attempts} is the way from a pool to a member that is held; {@link Algorithm} says how
 * to add a balancing algorithm. Pure Java: Netty's {@code Ticker} and {@code SslContext} are the foreign
 * types.
 */
@NullMarked
package io.headgate.pool;

import org.jspecify.annotations.NullMarked;
