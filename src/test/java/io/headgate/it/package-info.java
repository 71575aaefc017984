/**
 * The packaged jar as a process of its own, with real servers as members. Start with
 * {@link io.headgate.it.PackagedHeadgate}. What needs a program that is not installed is skipped, and fails
 * where the environment says {@code HEADGATE_REAL_SERVERS=required}.
 */
@NullMarked
package io.headgate.it;

import org.jspecify.annotations.NullMarked;
