/**
 * Routes as the fast path runs them: compiled once, immutable, found without a scan. Start with
 * {@link io.headgate.l7.route.RouteTable}. This is where the lanes meet: the gateway side compiles into these
 * types, and the fast path runs them.
 */
@NullMarked
package io.headgate.l7.route;

import org.jspecify.annotations.NullMarked;
