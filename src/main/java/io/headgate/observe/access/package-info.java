/**
 * The access log: one line for each request and each layer 4 connection. An event loop writes its lines into
 * a ring of its own, and one thread carries what the rings hold to standard output or to a file. Start with
 * {@link AccessLog}.
 */
@NullMarked
package io.headgate.observe.access;

import org.jspecify.annotations.NullMarked;
