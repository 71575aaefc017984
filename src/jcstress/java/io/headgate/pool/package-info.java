/** Concurrency tests of what picks do without a lock: every interleaving that the machine makes is judged. */
@NullMarked
package io.headgate.pool;

import org.jspecify.annotations.NullMarked;
