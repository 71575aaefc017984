/** Pools and balancing, by tables, properties and a clock of the tests. */
@NullMarked
package io.headgate.pool;

import org.jspecify.annotations.NullMarked;
