/**
 * Compiles Spring Cloud Gateway's routes for the fast path: the one place that knows its predicates and
 * filters by class. Start with {@link io.headgate.l7.gateway.compile.RouteCompiler}. A route that is not
 * fully understood stays on the slow path, with the reason.
 */
@NullMarked
package io.headgate.l7.gateway.compile;

import org.jspecify.annotations.NullMarked;
