/** Tests of what everything with a socket shares. */
@NullMarked
package io.headgate.net;

import org.jspecify.annotations.NullMarked;
