/**
 * Rules that decide who may come in, of a route or of all routes. Start with
 * {@link io.headgate.l7.admit.Rule}. Both lanes ask the same rules.
 */
@NullMarked
package io.headgate.l7.admit;

import org.jspecify.annotations.NullMarked;
