package io.headgate.l4.kernel;

import io.headgate.pool.Buckets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Writes what is to be served as commands for {@code nft}: a text is one transaction. Everything is in one
 * table of our own, in parts that can be sent again without harm; a change sends only those that are not the
 * same as before, and counters are kept through all of it. {@link ClientSets}, {@link ConntrackTimeouts} and
 * {@link FailureCounters} write what has a subject of its own.
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
    static final int LABEL = 120;

    /** Before Docker's and Kubernetes' chains (-100), which may have the same port. */
    private static final int BEFORE_OTHERS = -105;
    private static final int SOURCE_BEFORE_OTHERS = 95;

    private static final String SEED = "0x48656164";

    private Script() {
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
        NftText text = base(table);
        Map<String, String> parts = parts(table, services);
        parts.values().forEach(text::append);
        Collection<String> kept = services.stream().filter(s -> s.buckets() == null)
                .flatMap(s -> List.of(s.chain(), s.prefix()).stream()).toList();
        delete(text, chains.stream().filter(name -> isStray(name, parts, kept)).toList(),
                counters.stream().filter(name -> isStray(name, parts, kept)).toList(),
                sets.stream().filter(name -> name.startsWith("to/")
                        && !parts.containsKey(ClientSets.part(name))
                        && kept.stream().noneMatch(name::startsWith)).toList());
        return text.toString();
    }

    private static boolean isStray(String name, Map<String, String> parts, Collection<String> kept) {
        if (FailureCounters.CHAINS.contains(name)) {
            return !parts.containsKey(FailureCounters.CHAINS.getFirst());
        }
        return (name.startsWith("pick/") || name.startsWith("to/")
                || name.startsWith(FailureCounters.COUNTER))
                && !parts.containsKey(name)
                && kept.stream().noneMatch(name::startsWith);
    }

    /** From one to the other; empty if they are the same to the kernel. */
    static String change(String table, Collection<Service> before, Collection<Service> next) {
        NftText text = new NftText(table);
        Map<String, String> old = parts(table, before);
        Map<String, String> parts = parts(table, next);
        parts.forEach((name, part) -> {
            if (!part.equals(old.get(name))) {
                text.append(part);
            }
        });
        List<String> gone = old.keySet().stream().filter(name -> !parts.containsKey(name)).toList();
        delete(text,
                gone.stream()
                        .flatMap(name -> name.equals(FailureCounters.CHAINS.getFirst())
                                ? FailureCounters.CHAINS.stream()
                                : Stream.of(name))
                        .filter(name -> name.startsWith("pick/") || name.startsWith("to/")
                                || FailureCounters.CHAINS.contains(name))
                        .toList(),
                gone.stream()
                        .filter(name -> name.startsWith("to/") || name.startsWith(FailureCounters.COUNTER))
                        .toList(),
                ClientSets.declaredBy(gone));
        return text.toString();
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
            NftText timeouts = new NftText(table);
            ConntrackTimeouts.declare(timeouts, service);
            parts.put(ConntrackTimeouts.name(service), timeouts.toString());
            for (Target target : service.targets()) {
                String chain = service.chain(target);
                if (service.persists()) {
                    NftText clients = new NftText(table);
                    ClientSets.declare(clients, service, chain);
                    parts.put(ClientSets.part(chain), clients.toString());
                }
                parts.put(chain, member(new NftText(table), service, target));
            }
            parts.put(service.chain(), pick(new NftText(table), service, buckets));
        }
        FailureCounters.addParts(parts, table, services);
        parts.put("dispatch", dispatch(new NftText(table), services));
        return parts;
    }

    private static NftText base(String table) {
        NftText text = new NftText(table).append("add table inet " + table + "\n");
        text.line("add chain", "prerouting { type nat hook prerouting priority " + BEFORE_OTHERS + " ; }");
        text.line("add chain", "output { type nat hook output priority " + BEFORE_OTHERS + " ; }");
        text.line("add chain",
                "postrouting { type nat hook postrouting priority " + SOURCE_BEFORE_OTHERS + " ; }");
        text.line("add chain", "services");
        text.line("add map", "address4 { type ipv4_addr . inet_proto . inet_service : verdict ; }");
        text.line("add map", "address6 { type ipv6_addr . inet_proto . inet_service : verdict ; }");
        text.line("add map", "any4 { type inet_proto . inet_service : verdict ; }");
        text.line("add map", "any6 { type inet_proto . inet_service : verdict ; }");
        FailureCounters.declareMaps(text);
        for (String chain : List.of("prerouting", "output", "postrouting", "services")) {
            text.line("flush chain", chain);
        }
        text.rule("prerouting", "fib daddr type local jump services");
        text.rule("output", "fib daddr type local jump services");
        text.rule("postrouting", "ct label " + LABEL + " masquerade");
        // An answer that comes from elsewhere is no answer for 127.0.0.1: the socket relays these.
        text.rule("services", "ip daddr 127.0.0.0/8 return");
        text.rule("services", "ip6 daddr ::1 return");
        // The middle of a connection that the kernel does not know any more: its end is reset.
        text.rule("services", "tcp flags & (fin|syn|rst|ack) != syn return");
        text.rule("services", "ip daddr . meta l4proto . th dport vmap @address4");
        text.rule("services", "ip6 daddr . meta l4proto . th dport vmap @address6");
        text.rule("services", "meta nfproto ipv4 meta l4proto . th dport vmap @any4");
        text.rule("services", "meta nfproto ipv6 meta l4proto . th dport vmap @any6");
        return text;
    }

    private static String member(NftText text, Service service, Target target) {
        String chain = service.chain(target);
        String host = target.address().getHostAddress();
        String to = service.samePort()
                ? host
                : (target.ipv6() ? "[" + host + "]" : host) + ":" + target.port();
        text.line("add counter", chain);
        text.line("add chain", chain);
        text.line("flush chain", chain);
        if (service.persists()) {
            ClientSets.remember(text, service, chain);
        }
        text.rule(chain,
                "meta l4proto " + service.protocol() + (service.keepsSource() ? "" : " ct label set " + LABEL)
                        + " counter name \"" + chain + "\" dnat " + (target.ipv6() ? "ip6" : "ip") + " to "
                        + to);
        return text.toString();
    }

    private static String pick(NftText text, Service service, Buckets buckets) {
        String chain = service.chain();
        text.line("add chain", chain);
        text.line("flush chain", chain);
        String source = source(service);
        if (!service.deny().isEmpty()) {
            text.rule(chain, source + " { " + String.join(", ", service.deny()) + " } return");
        }
        if (!service.allow().isEmpty()) {
            text.rule(chain, source + " != { " + String.join(", ", service.allow()) + " } return");
        }
        List<Integer> owners = buckets.owners();
        if (owners.isEmpty()) {
            return text.toString();
        }
        text.rule(chain, "ct timeout set \"" + ConntrackTimeouts.name(service) + "\"");
        if (service.persists()) {
            ClientSets.forget(text, service, owners);
        }
        List<Integer> distinct = owners.stream().distinct().limit(2).toList();
        if (distinct.size() == 1) {
            text.rule(chain, "goto " + service.chain(service.targets().get(distinct.getFirst())));
            return text.toString();
        }
        if (service.persists()) {
            ClientSets.lookUp(text, service, owners);
        }
        String draw = switch (buckets.draw()) {
            case IN_TURN -> "numgen inc mod " + owners.size();
            case AT_RANDOM -> "numgen random mod " + owners.size();
            case BY_SOURCE -> "jhash " + source + " mod " + owners.size() + " seed " + SEED;
        };
        text.rule(chain, draw + " vmap { " + elements(service, buckets) + " }");
        return text.toString();
    }

    private static String source(Service service) {
        return service.ipv6() ? "ip6 saddr" : "ip saddr";
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

    private static String dispatch(NftText text, Collection<Service> services) {
        for (String map : List.of("address4", "address6", "any4", "any6")) {
            text.line("flush map", map);
            boolean any = map.startsWith("any");
            List<Service> own = services.stream().filter(
                    s -> map.endsWith(s.family()) && any == (s.address() == null)).toList();
            if (!own.isEmpty()) {
                text.line("add element", map + " { " + own.stream().map(Script::ports)
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
    private static void delete(NftText text, List<String> chains, List<String> counters,
            List<String> sets) {
        List<String> ordered = chains.stream().sorted().toList(); // "pick" comes before "to"
        ordered.forEach(chain -> text.line("flush chain", chain));
        ordered.forEach(chain -> text.line("delete chain", chain));
        counters.forEach(counter -> text.line("delete counter", counter));
        sets.forEach(set -> text.line("delete set", set));
    }
}
