/** The cache by itself. */
@NullMarked
package io.headgate.l7.cache;

import org.jspecify.annotations.NullMarked;
