package io.headgate.l4;

import java.time.Duration;

/**
 * What is particular to a UDP listener. Its limit of connections bounds its sessions.
 *
 * @param responses datagrams that a member answers to each one of the client; a session ends when all have
 *            come. 0: it ends by silence alone
 * @param idle the silence after which a session ends, if the listener's timeouts have no value
 */
public record UdpOptions(int responses, Duration idle) {

    /** For a listener without a limit of its own. Each session takes a file descriptor. */
    public static final int MAX_SESSIONS = 10_000;

    public static final UdpOptions DEFAULT = new UdpOptions(0, Duration.ofSeconds(30));
}
