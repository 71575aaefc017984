package io.headgate.l4;

/**
 * The time limits of one connection in ticks of the {@link Wheel}; 0 is no limit.
 *
 * @param connect to establish a connection to a member
 * @param send how long a peer may accept nothing while data waits for it
 * @param idle silence in both directions
 * @param halfClosed silence after one side has ended its sending
 */
record RelayTimeouts(long connect, long send, long idle, long halfClosed) {}
