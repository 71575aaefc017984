/** Tests of what both lanes of layer 7 share. */
@NullMarked
package io.headgate.l7;

import org.jspecify.annotations.NullMarked;
