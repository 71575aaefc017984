/**
 * Whether members are well: active checks, which ask them, and passive detection, which watches the traffic.
 * Start with {@link HealthChecks}; {@link Tally} turns results into verdicts, {@link CheckSpec} names the
 * kinds of checks.
 */
@NullMarked
package io.headgate.health;

import org.jspecify.annotations.NullMarked;
