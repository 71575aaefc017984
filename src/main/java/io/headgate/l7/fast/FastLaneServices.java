package io.headgate.l7.fast;

import io.headgate.l7.Forwarding;
import io.headgate.l7.KeptBodies;
import io.headgate.l7.Problems;
import io.headgate.l7.RequestListener;
import io.headgate.l7.RequestTracer;
import io.headgate.l7.pages.ErrorPages;
import io.headgate.net.Names;
import io.headgate.pool.MemberTls;
import io.headgate.pool.Pools;
import io.headgate.pool.RandomSource;
import io.netty.channel.ChannelFactory;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.Ticker;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The objects that the fast path works with.
 *
 * @param pools where routes find their members
 * @param sockets makes the sockets of connections to members
 * @param names resolves members' host names
 * @param forwarding whose forwarded headers are believed, asked once for each client connection
 * @param publicTls secures connections to {@code https:} targets
 * @param upstream what is kept of connections to members
 * @param tunnels what tunnels may use
 * @param kept limits what is kept of bodies for requests that are repeated
 * @param debugHeader whether answers tell how they came about
 * @param problems the bodies of answers that say why there is no other
 * @param listener hears of each request at its end
 * @param ticker measures time
 * @param random draws in weight groups
 * @param tracer follows requests; null where nobody does
 * @param pages those in the place of Headgate's own errors, where a route has none
 */
public record FastLaneServices(Pools pools, ChannelFactory<? extends SocketChannel> sockets, Names names,
        Supplier<Forwarding> forwarding,
        MemberTls publicTls, UpstreamLimits upstream, Supplier<TunnelLimits> tunnels,
        KeptBodies kept, BooleanSupplier debugHeader, Problems problems, RequestListener listener,
        Ticker ticker, RandomSource random, @Nullable RequestTracer tracer,
        Supplier<ErrorPages> pages) {

    /** Nobody follows requests, and errors have no pages. */
    public FastLaneServices(Pools pools, ChannelFactory<? extends SocketChannel> sockets, Names names,
            Supplier<Forwarding> forwarding, MemberTls publicTls, UpstreamLimits upstream,
            Supplier<TunnelLimits> tunnels, KeptBodies kept, BooleanSupplier debugHeader, Problems problems,
            RequestListener listener, Ticker ticker, RandomSource random) {
        this(pools, sockets, names, forwarding, publicTls, upstream, tunnels, kept, debugHeader, problems,
                listener, ticker, random, null, () -> ErrorPages.NONE);
    }
}
