/** Tests of limits on the rate of requests. */
@NullMarked
package io.headgate.l7.limit;

import org.jspecify.annotations.NullMarked;
