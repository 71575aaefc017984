/**
 * The actuator endpoints: what is shown of pools and listeners, and what operators may do. Start with
 * {@link io.headgate.admin.PoolsEndpoint}.
 */
@NullMarked
package io.headgate.admin;

import org.jspecify.annotations.NullMarked;
