package io.headgate.l4.kernel;

import java.time.Duration;

/** How long the kernel remembers a silent connection: an object for each combination that listeners have. */
final class ConntrackTimeouts {

    /** "No limit" in seconds: the longest time that a listener may say. */
    private static final long LONGEST = Duration.ofDays(24).toSeconds();
    /**
     * Seconds in which a member must answer the first packet. What the client sends after that is a new
     * connection, perhaps to another member.
     */
    private static final int UNANSWERED = 3;

    private ConntrackTimeouts() {
    }

    /** The name of the service's object. */
    static String name(Service service) {
        return service.protocol() + service.family() + "/" + seconds(service.idle()) + "/"
                + seconds(service.halfClosed());
    }

    static void declare(NftText text, Service service) {
        long idle = seconds(service.idle());
        long halfClosed = seconds(service.halfClosed());
        String policy = service.udp()
                ? "unreplied : " + idle + ", replied : " + idle
                : "syn_sent : " + UNANSWERED + ", established : " + idle + ", fin_wait : " + halfClosed
                        + ", close_wait : " + halfClosed;
        text.line("add ct timeout", name(service) + " { protocol " + service.protocol() + "; l3proto "
                + (service.ipv6() ? "ip6" : "ip") + "; policy = { " + policy + " } ; }");
    }

    /** Whole seconds, at least one; zero means no limit. */
    static long seconds(Duration limit) {
        return limit.isZero() ? LONGEST : Math.max(1, limit.toSeconds());
    }
}
