package io.headgate.l4.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** The kernel's table of connections, by Debian's {@code conntrack}. */
final class Conntrack {

    private static final Path SETTINGS = Path.of("/proc/sys/net/netfilter");

    private Conntrack() {
    }

    /** What is open at the service's ports, whoever has led it. */
    static List<Entry> open(Service service) throws IOException {
        List<String> command = new ArrayList<>(List.of("conntrack", "-L", "-f",
                service.ipv6() ? "ipv6" : "ipv4", "-p", service.protocol(), "-o", "id,ktimestamp"));
        if (service.first() == service.last()) {
            command.addAll(List.of("--dport", Integer.toString(service.first())));
        }
        Program.Result result = Program.run(command, "");
        if (!result.succeeded()) {
            throw new IOException(result.error().lines().findFirst().orElse("conntrack failed").strip());
        }
        return result.output().lines().flatMap(line -> Entry.parse(line).stream()).filter(Entry::open)
                .toList();
    }

    /**
     * Makes the kernel forget them: the next packet of either side is answered by a reset, and a UDP client's
     * next datagram goes where a new one's would.
     */
    static void delete(Collection<Entry> entries) throws IOException {
        if (!entries.isEmpty()) {
            Program.Result _ = Program.run(List.of("conntrack", "-R", "-"),
                    entries.stream().map(Entry::deletion).collect(Collectors.joining()));
        }
    }

    /** Has the kernel count bytes and time of connections from now on, where that may be set. */
    static void count() {
        for (String name : List.of("nf_conntrack_acct", "nf_conntrack_timestamp")) {
            try {
                Files.writeString(SETTINGS.resolve(name), "1");
            } catch (IOException | UnsupportedOperationException e) {
                // read-only, as in a container: then nothing is shown
            }
        }
    }
}
