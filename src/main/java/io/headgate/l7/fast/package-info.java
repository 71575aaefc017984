/**
 * The fast path: requests of compiled routes go from the client's connection to a member's on one event loop,
 * without Reactor and Spring in between. Start with {@link io.headgate.l7.fast.FastPath};
 * {@code ClientConnection} decides the lane of each request and keeps their order, {@code ClientStream} does
 * so for one of HTTP/2, {@code Exchange} is one request and its answer, {@code Dispatch} brings it to a
 * member, {@code Relay} brings the answer back and {@code ResponseWriter} writes it, {@code Upstream} is what
 * a member answers on.
 */
@NullMarked
package io.headgate.l7.fast;

import org.jspecify.annotations.NullMarked;
