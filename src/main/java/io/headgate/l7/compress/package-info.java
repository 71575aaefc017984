/**
 * Compression of answers for both lanes: it knows neither of them. Start with
 * {@link io.headgate.l7.compress.Compressing}, which is one answer's.
 */
@NullMarked
package io.headgate.l7.compress;

import org.jspecify.annotations.NullMarked;
