/**
 * From properties to one immutable {@link io.headgate.config.plan.Plan}, or to every fault they have: start
 * with {@link io.headgate.config.plan.PlanCompiler}, which calls a compiler or a check for each part.
 */
@NullMarked
package io.headgate.config.plan;

import org.jspecify.annotations.NullMarked;
