package io.headgate.l4.kernel;

import io.headgate.l4.PortRange;
import io.headgate.net.EventLoops;
import io.headgate.net.Transport;
import io.headgate.pool.Buckets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds out whether this machine can do what the rules need, without changing anything. */
final class Machine {

    private static final String RELAY = " Or write engine: relay, or auto, for the listener.";

    private Machine() {
    }

    /** Null if nothing is missing to serve listeners at these addresses. */
    static @Nullable Lack lack(EventLoops loops, Collection<PortRange> binds) {
        if (loops.transport() != Transport.EPOLL) {
            return new Lack("it needs Linux and Netty's epoll library",
                    "Run Headgate on Linux on x86-64 or ARM64." + RELAY);
        }
        Lack programs = programs();
        return programs != null ? programs : forwarding(binds);
    }

    private static @Nullable Lack programs() {
        try {
            Nft.check(sample());
        } catch (IOException e) {
            String why = String.valueOf(e.getMessage());
            if (why.contains("not permitted")) {
                return new Lack("the process may not change the kernel's rules (" + why + ")",
                        "Give it the capability CAP_NET_ADMIN, in a container with hostNetwork as root."
                                + RELAY);
            }
            return why.startsWith("nft:")
                    ? new Lack("the kernel or nft does not know a rule that it needs (" + why + ")",
                            "Use Linux 5.10 and nftables 1.0 or later, with NAT and connection labels."
                                    + RELAY)
                    : new Lack("the program nft cannot be run (" + why + ")",
                            "Install the package nftables." + RELAY);
        }
        try {
            Program.Result result = Program.run(List.of("conntrack", "-C"), "");
            return result.succeeded()
                    ? null
                    : new Lack(
                            "conntrack cannot read the kernel's connections (" + result.error().strip() + ")",
                            "Give the process the capability CAP_NET_ADMIN." + RELAY);
        } catch (IOException e) {
            return new Lack("the program conntrack cannot be run (" + e.getMessage() + ")",
                    "Install the package conntrack." + RELAY);
        }
    }

    private static @Nullable Lack forwarding(Collection<PortRange> binds) {
        boolean ipv6 = binds.stream().anyMatch(bind -> bind.first().host().contains(":"));
        boolean ipv4 = binds.stream().anyMatch(
                bind -> !bind.first().host().contains(":") || bind.first().host().equals("::"));
        if (ipv4 && !forwards(false)) {
            return off("net.ipv4.ip_forward");
        }
        return ipv6 && !ipv4 && !forwards(true) ? off("net.ipv6.conf.all.forwarding") : null;
    }

    /** Whether what is led elsewhere would come there. */
    static boolean forwards(boolean ipv6) {
        return !isOff(ipv6 ? "ipv6/conf/all/forwarding" : "ipv4/ip_forward");
    }

    private static Lack off(String setting) {
        return new Lack("the kernel does not forward packets: " + setting + " is 0",
                "Set it: sysctl -w " + setting + "=1, and in /etc/sysctl.d for the next start." + RELAY);
    }

    private static boolean isOff(String setting) {
        try {
            return Files.readString(Path.of("/proc/sys/net", setting)).strip().equals("0");
        } catch (IOException e) {
            return false; // it shows when no packet comes through
        }
    }

    /** Has one of everything. */
    private static String sample() {
        List<Service> services = Stream.of(Buckets.Draw.values()).flatMap(draw -> Stream.of(false, true)
                .flatMap(ipv6 -> Stream.of(false, true).map(udp -> sample(draw, ipv6, udp)))).toList();
        return Script.whole("headgate_probe", services, Set.of(), Set.of(), Set.of());
    }

    private static Service sample(Buckets.Draw draw, boolean ipv6, boolean udp) {
        InetAddress host = address(ipv6);
        int port = switch (draw) {
            case IN_TURN -> 1;
            case AT_RANDOM -> 2;
            case BY_SOURCE -> 3;
        };
        String name = "probe-" + port + (udp ? "-udp" : "-tcp");
        return new Service(name, ipv6, udp, draw == Buckets.Draw.IN_TURN ? null : host, port,
                port, false, false, List.of(), List.of(ipv6 ? "2001:db8::/32" : "192.0.2.0/24"),
                Duration.ofMinutes(5), Duration.ofMinutes(5), Duration.ofMinutes(5), !udp,
                List.of(new Target(host, 1), new Target(host, 2)),
                new Buckets(draw, List.of(0, 1)));
    }

    private static InetAddress address(boolean ipv6) {
        try {
            byte[] bytes = ipv6 ? new byte[16] : new byte[]{(byte) 192, 0, 2, 1};
            if (ipv6) {
                bytes[0] = 0x20;
                bytes[1] = 1;
                bytes[15] = 1;
            }
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes make an address", e);
        }
    }
}
