/** The filter {@code ErrorPages}: pages in the place of errors. */
@NullMarked
package io.headgate.l7.gateway.paged;

import org.jspecify.annotations.NullMarked;
