/** Layer 7 as a whole, both lanes. */
@NullMarked
package io.headgate.l7;

import org.jspecify.annotations.NullMarked;
