/** Compiling a plan, and what is wrong with one. */
@NullMarked
package io.headgate.config.plan;

import org.jspecify.annotations.NullMarked;
