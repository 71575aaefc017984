/**
 * URI variables, which are decoded parts of what a client sent, put back into targets so that none of their
 * characters gets a meaning. The package has Spring Cloud Gateway's filters that do so, under their own
 * names, and the parts from which the fast path's compiler makes the same filters. Start with
 * {@code TargetTemplate}.
 */
@NullMarked
package io.headgate.l7.gateway.expand;

import org.jspecify.annotations.NullMarked;
