package io.headgate.l4.kernel;

import io.headgate.pool.Buckets;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One listener in one IP version, and where its new connections go.
 *
 * @param listener its name
 * @param ipv6 else IPv4
 * @param udp else TCP
 * @param address where it listens, null for every address of the machine
 * @param first the first port
 * @param last the last port
 * @param samePort whether members are reached on the port that the client used
 * @param keepsSource whether members see the client's address
 * @param allow the only networks that are served here, empty for all
 * @param deny networks that are not served here
 * @param idle the silence after which a connection is forgotten
 * @param halfClosed the same after one side has ended
 * @param persistence so long after its last connection a client is led to the same member again; zero for no
 *            persistence
 * @param watched whether failures of its connections to members are counted
 * @param targets every member that the kernel can lead to, whether it gets work now or not
 * @param buckets who gets the new ones, by the index in {@code targets}; null to leave what another process
 *            has set until more is known
 */
record Service(String listener, boolean ipv6, boolean udp, @Nullable InetAddress address, int first, int last,
        boolean samePort, boolean keepsSource, List<String> allow, List<String> deny, Duration idle,
        Duration halfClosed, Duration persistence, boolean watched, List<Target> targets,
        @Nullable Buckets buckets) {

    Service {
        allow = List.copyOf(allow);
        deny = List.copyOf(deny);
        targets = List.copyOf(targets);
    }

    String protocol() {
        return udp ? "udp" : "tcp";
    }

    String family() {
        return ipv6 ? "6" : "4";
    }

    /** The chain that decides. */
    String chain() {
        return "pick/" + listener + "/" + family();
    }

    /** The chain that leads to a member, and its counter. */
    String chain(Target target) {
        return prefix() + target.word();
    }

    /** What the names of its members' chains begin with. */
    String prefix() {
        return "to/" + listener + "/" + family() + "/";
    }

    /** Whether a client that comes again has the same member. */
    boolean persists() {
        return !persistence.isZero();
    }

    /** Whether some member gets new connections; perhaps, where another process has said who. */
    boolean takes() {
        return buckets == null || !buckets.owners().isEmpty();
    }

    /** Whether the other one is the same, wherever both lead. */
    boolean isAt(Service other) {
        return chain().equals(other.chain()) && udp == other.udp && first == other.first && last == other.last
                && Objects.equals(address, other.address);
    }
}
