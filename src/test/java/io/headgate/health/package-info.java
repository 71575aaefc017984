/** Health checks against real sockets, and their logic against a clock of our own. */
@NullMarked
package io.headgate.health;

import org.jspecify.annotations.NullMarked;
