/**
 * The steps of the process's start and of its shutdown, in the order of Spring's phases: start with
 * {@link io.headgate.config.lifecycle.Runner} and {@link io.headgate.config.lifecycle.ShutdownLimits}.
 */
@NullMarked
package io.headgate.config.lifecycle;

import org.jspecify.annotations.NullMarked;
