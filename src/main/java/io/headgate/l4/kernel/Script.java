package io.headgate.l4.kernel;

import io.headgate.pool.Buckets;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Writes what is to be served as commands for {@code nft}: a text is one transaction. Everything is in one
 * table of our own, in parts that can be sent again without harm; a change sends only those that are not the
 * same as before, and counters are kept through all of it.
 *
 * <p>
 * The way of a new connection's first packet, which is all that a NAT chain sees: {@code services} finds the
 * listener by address, protocol and port, and its {@code pick} chain finds a bucket; the member's {@code to}
 * chain counts it, marks the connection as ours by a label and changes its destination. What finds no member
 * there goes on to the socket.
 */
final class Script {

    /**
     * The bit of the connection's label that says that we have led it, and that its source is to be ours. Of
     * 128, nothing else is known to use it; packet marks, which others use instead, take part in routing.
     */
    private static final int LABEL = 120;

    /** Before Docker's and Kubernetes' chains (-100), which may have the same port. */
    private static final int BEFORE_OTHERS = -105;
    private static final int SOURCE_BEFORE_OTHERS = 95;

    /** "No limit": the longest that a setting may say. */
    private static final long LONGEST_SECONDS = Duration.ofDays(24).toSeconds();
    /** So many clients are remembered for each member; those that come then are balanced each time. */
    private static final int MOST_CLIENTS = 1 << 20;
    /** What the names of parts begin with that say which clients a member has; the rest is its chain's. */
    private static final String CLIENTS = "clients ";
    /** The bit that says that a connection's failure has been counted. */
    private static final int FAILED_LABEL = 121;
    /** The bit that says that the member has answered after all. */
    private static final int LATE_LABEL = 122;
    /** After conntrack, and before the NAT chains have seen a connection's first packet. */
    private static final int BEFORE_NAT = -150;
    private static final List<String> FAILURES = List.of("failures", "failures-in", "failures-out");
    /** The maps that lead to members' counters: those of each are two, for IPv4 and IPv6. */
    private static final Map<String, Function<Target, String>> COUNTED = Map.of("failures", Target::refused,
            "unanswered", Target::unanswered, "late", Target::late);
    /** After that, what the client sends again is a new connection, perhaps to another member. */
    private static final int UNANSWERED_SECONDS = 3;
    private static final String SEED = "0x48656164";

    private final String table;
    private final StringBuilder text = new StringBuilder();

    private Script(String table) {
        this.table = table;
    }

    /**
     * The whole table, whatever there was before under its name.
     *
     * @param chains the chains that there are
     * @param counters the counters that there are
     * @param sets the named sets that there are
     */
    static String whole(String table, Collection<Service> services, Set<String> chains,
            Set<String> counters, Set<String> sets) {
        Script script = new Script(table);
        script.base();
        Map<String, String> parts = parts(table, services);
        parts.values().forEach(script.text::append);
        Collection<String> kept = services.stream().filter(s -> s.buckets() == null)
                .flatMap(s -> List.of(s.chain(), s.prefix()).stream()).toList();
        script.delete(chains.stream().filter(name -> isStray(name, parts, kept)).toList(),
                counters.stream().filter(name -> isStray(name, parts, kept)).toList(),
                sets.stream().filter(name -> name.startsWith("to/") && !parts.containsKey(CLIENTS + name)
                        && kept.stream().noneMatch(name::startsWith)).toList());
        return script.text.toString();
    }

    private static boolean isStray(String name, Map<String, String> parts, Collection<String> kept) {
        if (FAILURES.contains(name)) {
            return !parts.containsKey(FAILURES.getFirst());
        }
        return (name.startsWith("pick/") || name.startsWith("to/") || name.startsWith("failed/"))
                && !parts.containsKey(name)
                && kept.stream().noneMatch(name::startsWith);
    }

    /** From one to the other; empty if they are the same to the kernel. */
    static String change(String table, Collection<Service> before, Collection<Service> next) {
        Script script = new Script(table);
        Map<String, String> old = parts(table, before);
        Map<String, String> parts = parts(table, next);
        parts.forEach((name, part) -> {
            if (!part.equals(old.get(name))) {
                script.text.append(part);
            }
        });
        List<String> gone = old.keySet().stream().filter(name -> !parts.containsKey(name)).toList();
        script.delete(
                gone.stream()
                        .flatMap(name -> name.equals(FAILURES.getFirst())
                                ? FAILURES.stream()
                                : Stream.of(name))
                        .filter(name -> name.startsWith("pick/") || name.startsWith("to/")
                                || FAILURES.contains(name))
                        .toList(),
                gone.stream().filter(name -> name.startsWith("to/") || name.startsWith("failed/")).toList(),
                gone.stream().filter(name -> name.startsWith(CLIENTS))
                        .map(name -> name.substring(CLIENTS.length())).toList());
        return script.text.toString();
    }

    static String remove(String table) {
        return "delete table inet " + table + "\n";
    }

    /** By name, in an order in which each refers to earlier ones only. */
    private static Map<String, String> parts(String table, Collection<Service> services) {
        Map<String, String> parts = new LinkedHashMap<>();
        for (Service service : services) {
            Buckets buckets = service.buckets();
            if (buckets == null) {
                continue;
            }
            parts.put(timeout(service), new Script(table).timeoutPart(service));
            for (Target target : service.targets()) {
                String chain = service.chain(target);
                if (service.persists()) {
                    parts.put(CLIENTS + chain, new Script(table).clientsPart(service, chain));
                }
                parts.put(chain, new Script(table).memberPart(service, target));
            }
            parts.put(service.chain(), new Script(table).pickPart(service, buckets));
        }
        List<Target> watched = services.stream()
                .filter(service -> service.watched() && service.buckets() != null)
                .flatMap(service -> service.targets().stream()).distinct().toList();
        watched.stream().flatMap(target -> Stream.of(target.refused(), target.unanswered(), target.late()))
                .forEach(name -> parts.put(name, "add counter inet " + table + " " + name + "\n"));
        parts.put("watched", new Script(table).watchedPart(watched));
        if (!watched.isEmpty()) {
            parts.put(FAILURES.getFirst(), new Script(table).failuresPart());
        }
        parts.put("dispatch", new Script(table).dispatchPart(services));
        return parts;
    }

    private void line(String command, String what) {
        text.append(command).append(" inet ").append(table).append(' ').append(what).append('\n');
    }

    private void rule(String chain, String rule) {
        line("add rule", chain + " " + rule);
    }

    private void base() {
        text.append("add table inet ").append(table).append('\n');
        line("add chain", "prerouting { type nat hook prerouting priority " + BEFORE_OTHERS + " ; }");
        line("add chain", "output { type nat hook output priority " + BEFORE_OTHERS + " ; }");
        line("add chain",
                "postrouting { type nat hook postrouting priority " + SOURCE_BEFORE_OTHERS + " ; }");
        line("add chain", "services");
        line("add map", "address4 { type ipv4_addr . inet_proto . inet_service : verdict ; }");
        line("add map", "address6 { type ipv6_addr . inet_proto . inet_service : verdict ; }");
        line("add map", "any4 { type inet_proto . inet_service : verdict ; }");
        line("add map", "any6 { type inet_proto . inet_service : verdict ; }");
        for (String map : COUNTED.keySet()) {
            line("add map", map + "4 { type ipv4_addr . inet_service : counter ; }");
            line("add map", map + "6 { type ipv6_addr . inet_service : counter ; }");
        }
        for (String chain : List.of("prerouting", "output", "postrouting", "services")) {
            line("flush chain", chain);
        }
        rule("prerouting", "fib daddr type local jump services");
        rule("output", "fib daddr type local jump services");
        rule("postrouting", "ct label " + LABEL + " masquerade");
        // An answer that comes from elsewhere is no answer for 127.0.0.1: the socket relays these.
        rule("services", "ip daddr 127.0.0.0/8 return");
        rule("services", "ip6 daddr ::1 return");
        // The middle of a connection that the kernel does not know any more: its end is reset.
        rule("services", "tcp flags & (fin|syn|rst|ack) != syn return");
        rule("services", "ip daddr . meta l4proto . th dport vmap @address4");
        rule("services", "ip6 daddr . meta l4proto . th dport vmap @address6");
        rule("services", "meta nfproto ipv4 meta l4proto . th dport vmap @any4");
        rule("services", "meta nfproto ipv6 meta l4proto . th dport vmap @any6");
    }

    private static String timeout(Service service) {
        return service.protocol() + service.family() + "/" + seconds(service.idle()) + "/"
                + seconds(service.halfClosed());
    }

    private static long seconds(Duration limit) {
        return limit.isZero() ? LONGEST_SECONDS : Math.max(1, limit.toSeconds());
    }

    private String timeoutPart(Service service) {
        long idle = seconds(service.idle());
        long halfClosed = seconds(service.halfClosed());
        String policy = service.udp()
                ? "unreplied : " + idle + ", replied : " + idle
                : "syn_sent : " + UNANSWERED_SECONDS + ", established : " + idle + ", fin_wait : "
                        + halfClosed + ", close_wait : " + halfClosed;
        line("add ct timeout", timeout(service) + " { protocol " + service.protocol() + "; l3proto "
                + (service.ipv6() ? "ip6" : "ip") + "; policy = { " + policy + " } ; }");
        return text.toString();
    }

    private String clientsPart(Service service, String chain) {
        line("add set", chain + " { type " + (service.ipv6() ? "ipv6_addr" : "ipv4_addr") + " ; size "
                + MOST_CLIENTS + " ; flags dynamic,timeout ; }");
        return text.toString();
    }

    private String memberPart(Service service, Target target) {
        String chain = service.chain(target);
        String host = target.address().getHostAddress();
        String to = service.samePort()
                ? host
                : (target.ipv6() ? "[" + host + "]" : host) + ":" + target.port();
        line("add counter", chain);
        line("add chain", chain);
        line("flush chain", chain);
        if (service.persists()) { // a rule of its own: where the set is full, it ends here
            rule(chain, "update @" + chain + " { " + client(service) + " timeout "
                    + seconds(service.persistence()) + "s }");
        }
        rule(chain,
                "meta l4proto " + service.protocol() + (service.keepsSource() ? "" : " ct label set " + LABEL)
                        + " counter name \"" + chain + "\" dnat " + (target.ipv6() ? "ip6" : "ip") + " to "
                        + to);
        return text.toString();
    }

    private String pickPart(Service service, Buckets buckets) {
        String chain = service.chain();
        line("add chain", chain);
        line("flush chain", chain);
        String source = source(service);
        if (!service.deny().isEmpty()) {
            rule(chain, source + " { " + String.join(", ", service.deny()) + " } return");
        }
        if (!service.allow().isEmpty()) {
            rule(chain, source + " != { " + String.join(", ", service.allow()) + " } return");
        }
        List<Integer> owners = buckets.owners();
        if (owners.isEmpty()) {
            return text.toString();
        }
        rule(chain, "ct timeout set \"" + timeout(service) + "\"");
        forgetClients(service, owners);
        List<Integer> distinct = owners.stream().distinct().limit(2).toList();
        if (distinct.size() == 1) {
            rule(chain, "goto " + service.chain(service.targets().get(distinct.getFirst())));
            return text.toString();
        }
        if (service.persists()) {
            owners.stream().distinct().map(owner -> service.chain(service.targets().get(owner)))
                    .forEach(to -> rule(chain, client(service) + " @" + to + " goto " + to));
        }
        String draw = switch (buckets.draw()) {
            case IN_TURN -> "numgen inc mod " + owners.size();
            case AT_RANDOM -> "numgen random mod " + owners.size();
            case BY_SOURCE -> "jhash " + source + " mod " + owners.size() + " seed " + SEED;
        };
        rule(chain, draw + " vmap { " + elements(service, buckets) + " }");
        return text.toString();
    }

    /** Who had a member that gets nothing now has another one, and stays there. */
    private void forgetClients(Service service, List<Integer> owners) {
        if (service.persists()) {
            Set<Integer> taking = Set.copyOf(owners);
            IntStream.range(0, service.targets().size()).filter(target -> !taking.contains(target))
                    .forEach(target -> line("flush set", service.chain(service.targets().get(target))));
        }
    }

    private static String source(Service service) {
        return service.ipv6() ? "ip6 saddr" : "ip saddr";
    }

    /** Whom a member is remembered for: one client has 2^64 IPv6 addresses, and could fill the memory. */
    private static String client(Service service) {
        return service.ipv6() ? "ip6 saddr & ffff:ffff:ffff:ffff::" : "ip saddr";
    }

    /** Neighbouring buckets of one member are one element where that makes a long table short. */
    private static String elements(Service service, Buckets buckets) {
        List<Integer> owners = buckets.owners();
        boolean runs = buckets.draw() == Buckets.Draw.AT_RANDOM;
        StringJoiner elements = new StringJoiner(", ");
        int start = 0;
        for (int i = 1; i <= owners.size(); i++) {
            if (!runs || i == owners.size() || !owners.get(i).equals(owners.get(start))) {
                elements.add((i - 1 == start ? "" + start : start + "-" + (i - 1)) + " : goto "
                        + service.chain(service.targets().get(owners.get(start))));
                start = i;
            }
        }
        return elements.toString();
    }

    private String watchedPart(List<Target> watched) {
        new TreeMap<>(COUNTED).forEach((map, counter) -> {
            watched(map + "4", counter, watched.stream().filter(target -> !target.ipv6()).toList());
            watched(map + "6", counter, watched.stream().filter(Target::ipv6).toList());
        });
        return text.toString();
    }

    private void watched(String map, Function<Target, String> counter, List<Target> targets) {
        line("flush map", map);
        if (!targets.isEmpty()) {
            line("add element", map + " { " + targets.stream()
                    .map(target -> target.address().getHostAddress() + " . " + target.port() + " : \""
                            + counter.apply(target) + "\"")
                    .collect(Collectors.joining(", ")) + " }");
        }
    }

    /**
     * Counts a member's failure once for each connection: when the client asks for it a second time and no
     * answer has come, and when the first answer is a reset. A client can ask twice in a row, so the answer
     * that comes then is counted, too. Where the member sees the client's address, no answer may mean that
     * the way back to this client is wrong: that is not counted. Other packets pay for one look at their
     * flags.
     */
    private String failuresPart() {
        line("add chain", "failures");
        line("add chain", "failures-in { type filter hook prerouting priority " + BEFORE_NAT + " ; }");
        line("add chain", "failures-out { type filter hook output priority " + BEFORE_NAT + " ; }");
        FAILURES.forEach(chain -> line("flush chain", chain));
        for (String chain : FAILURES.subList(1, 3)) {
            rule(chain, "tcp flags & (syn | rst) != 0x0 ct status dnat jump failures");
        }
        rule("failures", "ct label " + LATE_LABEL + " return");
        for (boolean ipv6 : new boolean[]{false, true}) {
            failure(ipv6, "tcp flags & (syn | ack) == syn | ack ct direction reply ct label " + FAILED_LABEL,
                    LATE_LABEL, "late");
        }
        rule("failures", "ct label " + FAILED_LABEL + " return");
        for (boolean ipv6 : new boolean[]{false, true}) {
            failure(ipv6, "tcp flags & (syn | ack) == syn ct direction original ct state new ct label "
                    + LABEL, FAILED_LABEL, "unanswered");
            failure(ipv6, "tcp flags & (rst | ack) == rst | ack tcp sequence 0 ct direction reply",
                    FAILED_LABEL, "failures");
        }
        return text.toString();
    }

    private void failure(boolean ipv6, String what, int label, String map) {
        rule("failures", "meta nfproto " + (ipv6 ? "ipv6 " : "ipv4 ") + what + " ct label set " + label
                + " counter name ct reply " + (ipv6 ? "ip6" : "ip") + " saddr . ct reply proto-src map @"
                + map
                + (ipv6 ? "6" : "4"));
    }

    private String dispatchPart(Collection<Service> services) {
        for (String map : List.of("address4", "address6", "any4", "any6")) {
            line("flush map", map);
            boolean any = map.startsWith("any");
            List<Service> own = services.stream().filter(
                    s -> map.endsWith(s.family()) && any == (s.address() == null)).toList();
            if (!own.isEmpty()) {
                line("add element", map + " { " + own.stream().map(Script::ports)
                        .collect(Collectors.joining(", ")) + " }");
            }
        }
        return text.toString();
    }

    private static String ports(Service service) {
        String address = service.address() == null ? "" : service.address().getHostAddress() + " . ";
        return IntStream.rangeClosed(service.first(), service.last())
                .mapToObj(port -> address + service.protocol() + " . " + port + " : goto " + service.chain())
                .collect(Collectors.joining(", "));
    }

    /** Those that decide before those that they lead to. */
    private void delete(List<String> chains, List<String> counters, List<String> sets) {
        List<String> ordered = chains.stream().sorted().toList(); // "pick" comes before "to"
        ordered.forEach(chain -> line("flush chain", chain));
        ordered.forEach(chain -> line("delete chain", chain));
        counters.forEach(counter -> line("delete counter", counter));
        sets.forEach(set -> line("delete set", set));
    }
}
