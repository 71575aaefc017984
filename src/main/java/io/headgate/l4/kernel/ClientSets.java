package io.headgate.l4.kernel;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Persistence: a client that comes again gets the same member. Each member of such a listener has a set of
 * clients, with the name of the chain that leads to it. The member's chain puts a client into its set, from
 * where it falls out when its time is over, and the listener's chain looks for the client in the sets before
 * it picks.
 */
final class ClientSets {

    /** The most clients of one member. Those that come when the set is full are balanced each time. */
    private static final int MOST = 1 << 20;
    /** What the names of a script's parts begin with that declare a set; the set's name follows. */
    private static final String PART = "clients ";

    private ClientSets() {
    }

    /** The name of the part that declares this set. */
    static String part(String set) {
        return PART + set;
    }

    /** The sets that these parts declare. */
    static List<String> declaredBy(List<String> parts) {
        return parts.stream().filter(part -> part.startsWith(PART)).map(part -> part.substring(PART.length()))
                .toList();
    }

    static void declare(NftText text, Service service, String set) {
        text.line("add set", set + " { type " + (service.ipv6() ? "ipv6_addr" : "ipv4_addr") + " ; size "
                + MOST + " ; flags dynamic,timeout ; }");
    }

    /** A rule of its own in the member's chain, because it ends where the set is full. */
    static void remember(NftText text, Service service, String set) {
        text.rule(set, "update @" + set + " { " + client(service) + " timeout "
                + ConntrackTimeouts.seconds(service.persistence()) + "s }");
    }

    /** A client that is in the set of a member that gets work goes there again. */
    static void lookUp(NftText text, Service service, List<Integer> owners) {
        owners.stream().distinct().map(owner -> service.chain(service.targets().get(owner)))
                .forEach(to -> text.rule(service.chain(), client(service) + " @" + to + " goto " + to));
    }

    /**
     * Empties the sets of members that get no work: their clients have another member now, and would go back
     * if they stayed in the set.
     */
    static void forget(NftText text, Service service, List<Integer> owners) {
        Set<Integer> taking = Set.copyOf(owners);
        IntStream.range(0, service.targets().size()).filter(target -> !taking.contains(target))
                .forEach(target -> text.line("flush set", service.chain(service.targets().get(target))));
    }

    /** What a client is told by: one client has 2^64 IPv6 addresses, and could fill a set by itself. */
    private static String client(Service service) {
        return service.ipv6() ? "ip6 saddr & ffff:ffff:ffff:ffff::" : "ip saddr";
    }
}
