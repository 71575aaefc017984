package io.headgate.pool;

import java.time.Duration;

/**
 * How the members of a pool come to work, and how they leave it.
 *
 * @param checked whether a member must pass an active check before it gets work
 * @param slowStart how long a new or recovered member takes to get its full weight, zero for at once
 * @param drainTimeout how long what is open on a draining or leaving member may go on
 * @param closeOnDown whether what is open on a member ends when its active checks find it down
 */
public record Lifecycle(boolean checked, Duration slowStart, Duration drainTimeout, boolean closeOnDown) {}
