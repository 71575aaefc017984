/** Reading what is written. */
@NullMarked
package io.headgate.config.source;

import org.jspecify.annotations.NullMarked;
