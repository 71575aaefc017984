/** Faults, and how they are reported. */
@NullMarked
package io.headgate.config.fault;

import org.jspecify.annotations.NullMarked;
