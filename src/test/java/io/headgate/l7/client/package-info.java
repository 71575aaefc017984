/** What clients may not do, tried with raw sockets. */
@NullMarked
package io.headgate.l7.client;

import org.jspecify.annotations.NullMarked;
