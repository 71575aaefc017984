package io.headgate.l7.port;

import io.headgate.pool.Reason;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.server.HttpServer;

/**
 * The ports beside that of {@code server.port}, by the names of their listeners. Layer 4 accepts their
 * connections. A port outlives a change of its listener; its open connections stay as they are.
 */
public final class HttpListeners {

    private final Supplier<HttpServer> slowLane;
    private final Function<HttpListenerSpec, Port> ports;
    private final PortWatch watch;
    private final Queue<HttpPort> leaving = new ConcurrentLinkedQueue<>();
    private volatile Map<String, HttpPort> byName = Map.of();

    /**
     * Starts without any.
     *
     * @param slowLane Reactor Netty's server with Spring's settings and handler
     * @param ports makes a port
     * @param watch hears of each
     */
    public HttpListeners(Supplier<HttpServer> slowLane, Function<HttpListenerSpec, Port> ports,
            PortWatch watch) {
        this.slowLane = slowLane;
        this.ports = ports;
        this.watch = watch;
    }

    /**
     * Makes these the listeners. To be called before the sockets of new ones are put to use; those that are
     * gone go on with what they have until {@link #retire}.
     */
    public synchronized void apply(Collection<HttpListenerSpec> specs) {
        if (specs.isEmpty() && byName.isEmpty()) {
            return;
        }
        HttpServer server = slowLane.get();
        Map<String, HttpPort> next = new HashMap<>(byName);
        for (HttpListenerSpec spec : specs) {
            HttpPort known = next.get(spec.name());
            if (known == null) {
                Port port = ports.apply(spec);
                next.put(spec.name(), new HttpPort(spec, port, server));
                watch.opened(spec.name(), port);
            } else if (!known.spec().equals(spec)) {
                known.apply(spec, server);
            }
        }
        byName = Map.copyOf(next);
    }

    /** Ends the listeners but these. To be called when their sockets are closed. */
    public synchronized void retire(Collection<HttpListenerSpec> stay) {
        List<String> names = stay.stream().map(HttpListenerSpec::name).toList();
        Map<String, HttpPort> next = new HashMap<>(byName);
        byName.forEach((name, gone) -> {
            if (!names.contains(name)) {
                next.remove(name);
                watch.retired(name);
                leaving.removeIf(HttpPort::isEmpty);
                leaving.add(gone);
                gone.port().drain();
                gone.finish();
            }
        });
        byName = Map.copyOf(next);
    }

    /**
     * Takes an accepted connection that has no event loop yet.
     *
     * @param client is asked when a PROXY header was read
     */
    public void accepted(String name, Channel channel, ClientCheck client) {
        HttpPort to = byName.get(name);
        if (to == null) {
            channel.unsafe().closeForcibly();
        } else {
            ClientAdmission.expect(channel, client);
            to.accepted(channel);
        }
    }

    /** The connection is about to be cut: whatever is under way on it ends because of this. */
    public static void ends(Channel channel, Reason reason) {
        Refused.because(channel, reason);
    }

    private Stream<HttpPort> all() {
        return Stream.concat(byName.values().stream(), leaving.stream());
    }

    /** Answers close their connections from now on. */
    public void drain() {
        all().forEach(port -> port.port().drain());
    }

    /** Whether every client with HTTP/2 knows that. */
    public boolean isDrainKnown() {
        return all().allMatch(port -> port.port().isDrainKnown());
    }

    /** No more requests are served. */
    public void finish() {
        all().forEach(HttpPort::finish);
    }

    /** Hears of ports that come and go. */
    public interface PortWatch {

        void opened(String listener, Port port);

        /** Its connections may go on for a while. */
        void retired(String listener);
    }

    /** Checks the client behind a proxy. */
    @FunctionalInterface
    public interface ClientCheck {

        /**
         * Tells why it may not stay; null if it may.
         *
         * @param client null if the proxy itself is the client
         */
        @Nullable
        Reason identified(@Nullable InetSocketAddress client);
    }
}
