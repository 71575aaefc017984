/** What clients may not do, tried with raw sockets. */
@NullMarked
package io.headgate.l7.port;

import org.jspecify.annotations.NullMarked;
