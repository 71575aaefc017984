/**
 * Limits on the rate of requests at layer 7. Start with {@link io.headgate.l7.limit.RateLimit}, which
 * decides; both lanes ask the same one.
 */
@NullMarked
package io.headgate.l7.limit;

import org.jspecify.annotations.NullMarked;
