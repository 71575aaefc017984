package io.headgate.l4.kernel;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Counts, for passive detection, how connections to members fail, because no byte of them comes to this
 * process. Maps lead from a member's address and port to its counters; the chains see each TCP packet on its
 * way in and out, and look at those with a flag that can say something.
 */
final class FailureCounters {

    /** Those that packets come to first are last, so that a chain is there before a rule leads to it. */
    static final List<String> CHAINS = List.of("failures", "failures-in", "failures-out");

    /** What the names of all counters begin with. */
    static final String COUNTER = "failed/";

    /** After conntrack, and before the NAT chains have seen a connection's first packet. */
    private static final int BEFORE_NAT = -150;
    /** The bit of a connection's label that says that its failure has been counted. */
    private static final int FAILED_LABEL = 121;
    /** The bit that says that the member has answered after all. */
    private static final int LATE_LABEL = 122;
    /** The maps that lead to members' counters: there are two of each, for IPv4 and IPv6. */
    private static final Map<String, Function<Target, String>> COUNTED = Map.of("failures", Target::refused,
            "unanswered", Target::unanswered, "late", Target::late);

    private FailureCounters() {
    }

    /** The maps, empty if they are new. */
    static void declareMaps(NftText text) {
        for (String map : COUNTED.keySet()) {
            text.line("add map", map + "4 { type ipv4_addr . inet_service : counter ; }");
            text.line("add map", map + "6 { type ipv6_addr . inet_service : counter ; }");
        }
    }

    /** Adds the parts of a script that count the failures of the services that are watched. */
    static void addParts(Map<String, String> parts, String table, Collection<Service> services) {
        List<Target> watched = services.stream()
                .filter(service -> service.watched() && service.buckets() != null)
                .flatMap(service -> service.targets().stream()).distinct().toList();
        watched.stream().flatMap(target -> Stream.of(target.refused(), target.unanswered(), target.late()))
                .forEach(name -> parts.put(name, new NftText(table).line("add counter", name).toString()));
        parts.put("watched", elements(new NftText(table), watched));
        if (!watched.isEmpty()) {
            parts.put(CHAINS.getFirst(), chains(new NftText(table)));
        }
    }

    private static String elements(NftText text, List<Target> watched) {
        new TreeMap<>(COUNTED).forEach((map, counter) -> {
            fill(text, map + "4", counter, watched.stream().filter(target -> !target.ipv6()).toList());
            fill(text, map + "6", counter, watched.stream().filter(Target::ipv6).toList());
        });
        return text.toString();
    }

    private static void fill(NftText text, String map, Function<Target, String> counter,
            List<Target> targets) {
        text.line("flush map", map);
        if (!targets.isEmpty()) {
            text.line("add element", map + " { " + targets.stream()
                    .map(target -> target.address().getHostAddress() + " . " + target.port() + " : \""
                            + counter.apply(target) + "\"")
                    .collect(Collectors.joining(", ")) + " }");
        }
    }

    /**
     * Counts a member's failure once for each connection: when the client asks for it a second time and no
     * answer has come, and when the first answer is a reset. A client can ask twice in a row, so an answer
     * that comes after that is counted, too. Where the member sees the client's address, a missing answer may
     * mean that the way back to this client is wrong, which is not counted. Every other packet costs one look
     * at its flags.
     */
    private static String chains(NftText text) {
        text.line("add chain", "failures");
        text.line("add chain", "failures-in { type filter hook prerouting priority " + BEFORE_NAT + " ; }");
        text.line("add chain", "failures-out { type filter hook output priority " + BEFORE_NAT + " ; }");
        CHAINS.forEach(chain -> text.line("flush chain", chain));
        for (String chain : CHAINS.subList(1, 3)) {
            text.rule(chain, "tcp flags & (syn | rst) != 0x0 ct status dnat jump failures");
        }
        text.rule("failures", "ct label " + LATE_LABEL + " return");
        for (boolean ipv6 : new boolean[]{false, true}) {
            count(text, ipv6,
                    "tcp flags & (syn | ack) == syn | ack ct direction reply ct label " + FAILED_LABEL,
                    LATE_LABEL, "late");
        }
        text.rule("failures", "ct label " + FAILED_LABEL + " return");
        for (boolean ipv6 : new boolean[]{false, true}) {
            count(text, ipv6,
                    "tcp flags & (syn | ack) == syn ct direction original ct state new ct label "
                            + Script.LABEL,
                    FAILED_LABEL, "unanswered");
            count(text, ipv6, "tcp flags & (rst | ack) == rst | ack tcp sequence 0 ct direction reply",
                    FAILED_LABEL, "failures");
        }
        return text.toString();
    }

    private static void count(NftText text, boolean ipv6, String what, int label, String map) {
        text.rule("failures", "meta nfproto " + (ipv6 ? "ipv6 " : "ipv4 ") + what + " ct label set " + label
                + " counter name ct reply " + (ipv6 ? "ip6" : "ip") + " saddr . ct reply proto-src map @"
                + map + (ipv6 ? "6" : "4"));
    }
}
