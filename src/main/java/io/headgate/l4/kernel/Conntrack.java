package io.headgate.l4.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The kernel's table of connections, by Debian's {@code conntrack}. */
final class Conntrack {

    private static final Path SETTINGS = Path.of("/proc/sys/net/netfilter");

    private Conntrack() {
    }

    /**
     * What is open at the service's ports, whoever has led it, one after the other: there may be millions.
     */
    static void open(Service service, Consumer<TrackedConnection> each) throws IOException {
        List<String> command = new ArrayList<>(List.of("conntrack", "-L", "-f",
                service.ipv6() ? "ipv6" : "ipv4", "-p", service.protocol(), "-o", "id,ktimestamp"));
        if (service.first() == service.last()) {
            command.addAll(List.of("--dport", Integer.toString(service.first())));
        }
        Program.lines(command,
                line -> TrackedConnection.parse(line).filter(TrackedConnection::open).ifPresent(each));
    }

    /**
     * Deletes those of them that the filter wants, which are all of a listener and a member or none of them:
     * the program reads the whole table for each deletion, so one deletion is for all of these.
     */
    static void delete(Service service, Predicate<TrackedConnection> wanted) throws IOException {
        Set<String> deletions = new LinkedHashSet<>();
        open(service, entry -> {
            if (wanted.test(entry)) {
                deletions.add(entry.deletionOfAlike());
            }
        });
        delete(deletions.stream());
    }

    /**
     * Makes the kernel forget them: the next packet of either side is answered by a reset, and a UDP client's
     * next datagram goes where a new one's would.
     */
    static void delete(Collection<TrackedConnection> entries) throws IOException {
        delete(entries.stream().map(TrackedConnection::deletion));
    }

    private static void delete(Stream<String> deletions) throws IOException {
        String commands = deletions.collect(Collectors.joining());
        if (!commands.isEmpty()) {
            Program.Result _ = Program.run(List.of("conntrack", "-R", "-"), commands);
        }
    }

    /**
     * Has the kernel count bytes and time of connections from now on, where that may be set.
     *
     * @return what it does not count, and how that is changed; null if it counts both
     */
    static @Nullable String count() {
        return count(SETTINGS);
    }

    static @Nullable String count(Path settings) {
        List<String> not = Stream.of("nf_conntrack_acct", "nf_conntrack_timestamp")
                .filter(name -> !isOn(settings.resolve(name))).map(name -> "net.netfilter." + name + "=1")
                .toList();
        return not.isEmpty()
                ? null
                : "the kernel does not count the bytes or the age of connections, which are shown as 0;"
                        + " set it on the host: sysctl -w " + String.join(" ", not);
    }

    private static boolean isOn(Path setting) {
        try {
            if (!Files.readString(setting).strip().equals("1")) {
                Files.writeString(setting, "1");
            }
            return true;
        } catch (IOException e) {
            return false; // read-only, as in a container
        }
    }
}
