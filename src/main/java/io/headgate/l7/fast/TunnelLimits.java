package io.headgate.l7.fast;

import java.time.Duration;

/**
 * What tunnels may use.
 *
 * @param max how many may be open, 0 for no limit
 * @param idle silence in both directions after which one is closed, zero for no limit
 * @param drain how long those that are open may go on at shutdown
 */
public record TunnelLimits(int max, Duration idle, Duration drain) {}
