/**
 * The client's side of the L7 port, before either lane: what is refused because it is too slow, too large,
 * too many or not HTTP. Start with {@link io.headgate.l7.port.ClientGuard}.
 */
@NullMarked
package io.headgate.l7.port;

import org.jspecify.annotations.NullMarked;
