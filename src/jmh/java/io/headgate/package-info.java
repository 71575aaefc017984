/** Micro-benchmarks; start with {@link io.headgate.Benchmarks}. */
@NullMarked
package io.headgate;

import org.jspecify.annotations.NullMarked;
