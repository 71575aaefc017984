/**
 * Finds out whether members are well: by active checks, which ask them, and by passive detection, which
 * watches real traffic. Start with {@link HealthChecks}; {@link Tally} turns results into verdicts,
 * {@link CheckSpec} names the kinds of checks.
 */
@NullMarked
package io.headgate.health;

import org.jspecify.annotations.NullMarked;
