/** Reloads, alone, in storms and under load. */
@NullMarked
package io.headgate.config.reload;

import org.jspecify.annotations.NullMarked;
