/**
 * From the plan in force to the next one, without losing work: start with
 * {@link io.headgate.config.reload.Reload}.
 */
@NullMarked
package io.headgate.config.reload;

import org.jspecify.annotations.NullMarked;
