/** Meters and logs. */
@NullMarked
package io.headgate.observe;

import org.jspecify.annotations.NullMarked;
