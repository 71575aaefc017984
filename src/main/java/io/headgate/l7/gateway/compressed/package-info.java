/** Compression on the slow lane, and the filter {@code Compress} for both. */
@NullMarked
package io.headgate.l7.gateway.compressed;

import org.jspecify.annotations.NullMarked;
