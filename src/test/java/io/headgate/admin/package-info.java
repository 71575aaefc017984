/** The management port, asked over real sockets. */
@NullMarked
package io.headgate.admin;

import org.jspecify.annotations.NullMarked;
