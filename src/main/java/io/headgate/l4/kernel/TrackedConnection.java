package io.headgate.l4.kernel;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A connection that the kernel tracks, as {@code conntrack} prints it.
 *
 * @param client who opened it
 * @param listener where to
 * @param target who answers
 * @param bytesIn from the client, 0 where the kernel does not count
 * @param bytesOut from the member
 * @param seconds its age, 0 where the kernel does not know it
 * @param state of TCP, empty for UDP
 * @param id the kernel's
 */
record TrackedConnection(boolean ipv6, boolean udp, InetSocketAddress client, InetSocketAddress listener,
        Target target,
        long bytesIn, long bytesOut, long seconds, String state, long id) {

    private static final Pattern LINE = Pattern
            .compile("(?:ipv\\d +\\d+ )?(tcp|udp) +\\d+ \\d+ (?:([A-Z_]+) )?"
                    + "src=(\\S+) dst=(\\S+) sport=(\\d+) dport=(\\d+) (?:packets=\\d+ bytes=(\\d+) )?(?:\\[UNREPLIED\\] )?"
                    + "src=(\\S+) dst=\\S+ sport=(\\d+) dport=\\d+ (?:packets=\\d+ bytes=(\\d+) )?(.*)");
    private static final Pattern AGE = Pattern.compile("delta-time=(\\d+)");
    private static final Pattern ID = Pattern.compile("\\bid=(\\d+)");
    /** What is left of a connection that is over. */
    private static final Set<String> OVER = Set.of("TIME_WAIT", "CLOSE");

    /** Empty for what is neither, and for a line that is no entry. */
    static Optional<TrackedConnection> parse(String line) {
        Matcher found = LINE.matcher(line);
        if (!found.matches()) {
            return Optional.empty();
        }
        InetAddress client = address(found.group(3));
        String rest = found.group(11);
        return Optional.of(new TrackedConnection(client.getAddress().length == 16,
                found.group(1).equals("udp"),
                new InetSocketAddress(client, Integer.parseInt(found.group(5))),
                new InetSocketAddress(address(found.group(4)), Integer.parseInt(found.group(6))),
                new Target(address(found.group(8)), Integer.parseInt(found.group(9))), number(found.group(7)),
                number(found.group(10)), number(AGE.matcher(rest)),
                found.group(2) == null ? "" : found.group(2),
                number(ID.matcher(rest))));
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByAddress(NetUtil.createByteArrayFromIpAddressString(text));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text + " (expected: an IP address)", e);
        }
    }

    private static long number(String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }

    private static long number(Matcher found) {
        return found.find() ? Long.parseLong(found.group(1)) : 0;
    }

    boolean open() {
        return !OVER.contains(state);
    }

    /** Whether we have led it there for this service. */
    boolean belongsTo(Service service, Set<Target> targets) {
        return ipv6 == service.ipv6() && udp == service.udp() && listener.getPort() >= service.first()
                && listener.getPort() <= service.last()
                && (service.address() == null || service.address().equals(listener.getAddress()))
                && targets.stream().anyMatch(t -> t.address().equals(target.address())
                        && (service.samePort() || t.port() == target.port()));
    }

    /** The command that makes the kernel forget it. */
    String deletion() {
        return deletion(
                " -s " + NetUtil.toAddressString(client.getAddress()) + " --sport " + client.getPort());
    }

    /** The same for all that came to this address of the listener and went to this member. */
    String deletionOfAlike() {
        return deletion(" -r " + NetUtil.toAddressString(target.address()) + " --reply-port-src "
                + target.port());
    }

    private String deletion(String which) {
        return "-D -f " + (ipv6 ? "ipv6" : "ipv4") + " -p " + (udp ? "udp" : "tcp") + " -d "
                + NetUtil.toAddressString(listener.getAddress()) + " --dport " + listener.getPort() + which
                + "\n";
    }
}
