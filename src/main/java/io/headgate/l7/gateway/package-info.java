/**
 * Spring Cloud Gateway over Headgate's pools: {@link io.headgate.l7.gateway.PoolFilter} resolves
 * {@code lb://POOL}, and every answer of ours comes from {@link io.headgate.l7.gateway.ProblemHandler}.
 */
@NullMarked
package io.headgate.l7.gateway;

import org.jspecify.annotations.NullMarked;
