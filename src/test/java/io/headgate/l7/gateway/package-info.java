/** The whole L7 path with real sockets. */
@NullMarked
package io.headgate.l7.gateway;

import org.jspecify.annotations.NullMarked;
