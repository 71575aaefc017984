package io.headgate.l4.kernel;

import io.headgate.l4.Engine;
import io.headgate.l4.Listener;
import io.headgate.l4.ListenerProtocol.Udp;
import io.headgate.l4.ListenerSpec;
import io.headgate.pool.Buckets;
import io.headgate.pool.Pool;
import io.headgate.pool.Snapshot;
import io.headgate.security.AddressSet;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Says what the kernel is to serve: of one listener, a service in each IP version that both sides have. */
final class Services {

    private final ListenerSpec spec;
    private final InetSocketAddress bound;
    private final Pool pool;
    private final Engine.Kernel kernel;
    private final boolean paused;

    private Services(ListenerSpec spec, InetSocketAddress bound, Pool pool, Engine.Kernel kernel,
            boolean paused) {
        this.spec = spec;
        this.paused = paused;
        this.bound = bound;
        this.pool = pool;
        this.kernel = kernel;
    }

    /**
     * None for a listener that the kernel is not to serve, or has no member for.
     *
     * @param pool the listener's
     * @param leave whether what is in the kernel is left as it is, because too little is known of the pool
     */
    static List<Service> of(Listener listener, @Nullable Pool pool, boolean leave) {
        return of(listener.spec(), listener.bound(), pool, listener.paused(), leave);
    }

    /**
     * The same.
     *
     * @param bound where it listens, null if it does not
     */
    static List<Service> of(ListenerSpec spec, @Nullable InetSocketAddress bound, @Nullable Pool pool,
            boolean paused, boolean leave) {
        if (bound == null || pool == null || !(spec.engine() instanceof Engine.Kernel kernel)
                || bound.getAddress().isLoopbackAddress()) {
            return List.of();
        }
        Services services = new Services(spec, bound, pool, kernel, paused);
        InetAddress address = bound.getAddress();
        Stream<Boolean> versions = address instanceof Inet6Address
                ? address.isAnyLocalAddress() ? Stream.of(false, true) : Stream.of(true)
                : Stream.of(false);
        return versions.flatMap(ipv6 -> services.in(ipv6, leave).stream()).toList();
    }

    private Optional<Service> in(boolean ipv6, boolean leave) {
        AddressSet allow = spec.rules().allow();
        List<String> allowed = allow.networks(ipv6);
        if (!allow.isEmpty() && allowed.isEmpty()) {
            return Optional.empty();
        }
        List<Target> targets = pool.members().stream().map(member -> Target.of(member.address()))
                .filter(target -> target != null && target.ipv6() == ipv6).map(Objects::requireNonNull)
                .distinct().toList();
        if (targets.isEmpty() && !leave) {
            return Optional.empty();
        }
        int first = bound.getPort();
        Duration idle = idle();
        Duration halfClosed = spec.timeouts().halfClosed();
        return Optional.of(new Service(spec.name(), ipv6, spec.protocol() instanceof Udp,
                bound.getAddress().isAnyLocalAddress() ? null : bound.getAddress(), first,
                spec.bind().single() ? first : spec.bind().last(), spec.samePort(), kernel.keepsSource(),
                allowed,
                spec.rules().deny().networks(ipv6), idle, halfClosed != null ? halfClosed : idle,
                kernel.persistence(), watched(), targets,
                leave ? null : buckets(ipv6, targets)));
    }

    /**
     * Of a datagram nobody says that it failed; and failures are told by the port of the member's address.
     */
    private boolean watched() {
        return kernel.reportsFailures() && !(spec.protocol() instanceof Udp) && !spec.samePort();
    }

    private Duration idle() {
        Duration own = spec.timeouts().idle();
        if (own != null) {
            return own;
        }
        return spec.protocol() instanceof Udp udp ? udp.idle() : pool.spec().timeouts().idle();
    }

    private Buckets buckets(boolean ipv6, List<Target> targets) {
        Snapshot shares = pool.shares().only(member -> {
            Target target = Target.of(member.address());
            return target != null && target.ipv6() == ipv6 && targets.contains(target);
        });
        Buckets table = pool.spec().balancing().algorithm().buckets(shares)
                .orElseThrow(() -> new IllegalStateException(
                        pool + ": balance (expected: an algorithm that the kernel can do)"));
        if (paused) {
            return new Buckets(table.draw(), List.of());
        }
        List<Integer> places = new ArrayList<>(IntStream.range(0, shares.size())
                .mapToObj(i -> targets.indexOf(Target.of(shares.member(i).address()))).toList());
        return new Buckets(table.draw(), table.owners().stream().map(places::get).toList());
    }
}
