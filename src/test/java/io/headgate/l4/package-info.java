/** Tests of layer 4 over real sockets; {@link Lab} sets one up. */
@NullMarked
package io.headgate.l4;

import org.jspecify.annotations.NullMarked;
