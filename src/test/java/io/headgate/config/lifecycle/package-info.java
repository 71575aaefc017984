/** The limits of a shutdown. */
@NullMarked
package io.headgate.config.lifecycle;

import org.jspecify.annotations.NullMarked;
