/**
 * The Netty runtime that everything with a socket shares: event loops, the transport, name resolution. Start
 * with {@link EventLoops}.
 */
@NullMarked
package io.headgate.net;

import org.jspecify.annotations.NullMarked;
