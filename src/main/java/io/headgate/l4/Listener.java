package io.headgate.l4;

import io.headgate.net.Descriptors;
import io.headgate.net.Memory;
import io.headgate.pool.Reason;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What happens at a listener: its counts, and who may come in. It outlives a change of its configuration, of
 * its address too.
 */
public final class Listener {

    private final String name;
    private final Shared shared;
    private final AtomicInteger open = new AtomicInteger();
    private final LongAdder accepted = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final SourceCounts sources = new SourceCounts();
    private final SourceRates rates = new SourceRates();
    private volatile Terms terms;
    /** One for each port; none once it listens no longer. */
    private volatile List<Binding> bindings = List.of();
    private volatile boolean paused;

    Listener(ListenerSpec spec, Shared shared) {
        this.name = spec.name();
        this.terms = Terms.of(spec);
        this.shared = shared;
    }

    public String name() {
        return name;
    }

    public ListenerSpec spec() {
        return terms.spec();
    }

    /** Where it really listens, with the first of its ports; null once it does no longer. */
    public @Nullable InetSocketAddress bound() {
        List<Binding> current = bindings;
        return current.isEmpty() ? null : current.getFirst().address();
    }

    /** Whether new clients are left waiting in the system's queue. */
    public boolean paused() {
        return paused;
    }

    /** Open connections now. */
    public int open() {
        return open.get();
    }

    /** Clients that were let in, since the start. */
    public long accepted() {
        return accepted.sum();
    }

    /** Clients that were turned away, since the start. */
    public long refused() {
        return refused.sum();
    }

    /** Its open connections, oldest first. Asks the kernel, too, if that carries some of them. */
    public List<Connection> connections() {
        List<Connection> elsewhere = shared.offload().connections(this);
        List<Connection> own = shared.table().of(name);
        return elsewhere.isEmpty()
                ? own
                : Stream.concat(own.stream(), elsewhere.stream())
                        .sorted(Comparator.comparing(Connection::openedAt)).toList();
    }

    /** How far its connections are taken before they come to the sockets. */
    public Offload.State offloaded() {
        return shared.offload().state(this);
    }

    Shared shared() {
        return shared;
    }

    void spec(ListenerSpec next) {
        terms = Terms.of(next);
    }

    void bindings(List<Binding> next) {
        bindings = next;
        next.forEach(binding -> binding.serve(this));
    }

    /** Stops or goes on accepting. */
    void pause(boolean pause) {
        paused = pause;
        bindings.forEach(binding -> binding.accepting(!pause));
    }

    /** Lets a client in, or tells why not. */
    @Nullable
    Admission admit(InetSocketAddress peer) {
        Terms current = terms;
        ListenerSpec spec = current.spec();
        boolean behindProxy = !spec.proxies().isEmpty();
        if (behindProxy && !spec.proxies().contains(peer.getAddress())) {
            return refuse(peer, Reason.DENIED);
        }
        if (Memory.PROCESS.isSpent()) {
            return refuse(peer, Reason.MEMORY_SHORT);
        }
        if (!tryOpen(spec.limits().maxConnections())) {
            return refuse(peer, Reason.TOO_MANY_CONNECTIONS);
        }
        Admission admission = new Admission(this, current, peer);
        Reason refusal = behindProxy ? null : admission.identify(peer);
        if (refusal != null) {
            admission.leave();
            return refuse(peer, refusal);
        }
        return admission;
    }

    private @Nullable Admission refuse(InetSocketAddress client, Reason reason) {
        turnedAway(client, reason);
        return null;
    }

    /** A client was not let in, or not let stay. */
    void turnedAway(InetSocketAddress client, Reason reason) {
        refused.increment();
        shared.listener().refused(name, client, reason);
    }

    /** A client was let in, and it is known who it is. */
    void letIn() {
        accepted.increment();
    }

    private boolean tryOpen(int max) {
        int now;
        do {
            now = open.get();
            if (max > 0 && now >= max) {
                return false;
            }
        } while (!open.compareAndSet(now, now + 1));
        shared.admitted().incrementAndGet();
        Descriptors.PROCESS.enter();
        return true;
    }

    void left() {
        open.decrementAndGet();
        shared.admitted().decrementAndGet();
        Descriptors.PROCESS.leave();
    }

    /** Counts a new connection of this address, unless it has had too many lately. */
    boolean mayConnect(InetAddress source, int perSecond) {
        return rates.tryTake(source, perSecond, shared.clock().ticker().nanoTime());
    }

    SourceCounts sources() {
        return sources;
    }

    @Override
    public String toString() {
        return name;
    }
}
