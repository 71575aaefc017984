package io.headgate.l7.fast;

import io.headgate.l7.Forwarding;
import io.headgate.l7.KeptBodies;
import io.headgate.l7.ServedRequest;
import io.headgate.l7.port.Lingering;
import io.headgate.l7.port.Port;
import io.headgate.l7.route.RouteTable;
import io.headgate.net.Names;
import io.headgate.net.Transport;
import io.headgate.pool.Address;
import io.headgate.pool.Clock;
import io.headgate.pool.Member;
import io.headgate.pool.MemberSpec;
import io.headgate.pool.MemberTls;
import io.headgate.pool.Pools;
import io.headgate.pool.RandomSource;
import io.headgate.pool.Timeouts;
import io.headgate.security.AddressSet;
import io.headgate.testing.PoolBuilder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Ticker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;

/**
 * The fast path between one client and the idle connections of one member, on channels without sockets: bytes
 * go in and out piece by piece, all in one thread. The client's pipeline is the one that the application has,
 * but for Reactor Netty's end of it. To dial fails.
 */
@SuppressWarnings("FutureReturnValueIgnored") // nothing there that could fail
final class Embedded implements AutoCloseable {

    private static final Names NAMES = new Names(Transport.best());
    private static final MemberTls NO_TLS = Gateway.systemTls();
    private static final Address ADDRESS = new Address("127.0.0.1", 1);

    /** As the application's defaults are. */
    private static final int MAX_LINE = 8 * 1024;
    private static final int MAX_HEADERS = 32 * 1024;

    /** Knows what was not released. */
    private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(false);
    final List<ServedRequest> served = new ArrayList<>();
    final EmbeddedChannel client = new EmbeddedChannel();
    final Worker worker;
    private final Member member;
    private final List<EmbeddedChannel> members = new ArrayList<>();

    Embedded() {
        this(Timeouts.DEFAULT, Ticker.systemTicker());
    }

    Embedded(Timeouts timeouts, Ticker ticker) {
        Pools pools = new Pools(Clock.SYSTEM, RandomSource.THREAD_LOCAL, (who, outcome) -> {
        });
        pools.apply(List.of(PoolBuilder.pool("pool", MemberSpec.of(ADDRESS)).withTimeouts(timeouts)
                .withDrainTimeout(Duration.ofSeconds(5)).spec()));
        member = pools.find("pool").orElseThrow().members().getFirst();
        FastPath fastPath = new FastPath(new FastLaneServices(pools, Transport.best().sockets(), NAMES,
                () -> new Forwarding(AddressSet.EMPTY), NO_TLS, UpstreamLimits.DEFAULT,
                () -> new TunnelLimits(0, Duration.ZERO, Duration.ZERO), new KeptBodies(0, 0),
                () -> false, Gateway.PROBLEMS,
                served::add, ticker, RandomSource.THREAD_LOCAL));
        fastPath.routes(new RouteTable(List.of(Gateway.fast("/**"))));
        worker = fastPath.worker(client.eventLoop());
        client.config().setAllocator(memory);
        client.pipeline()
                .addLast(NettyPipeline.HttpCodec,
                        new HttpServerCodec(new HttpDecoderConfig().setMaxInitialLineLength(MAX_LINE)
                                .setMaxHeaderSize(MAX_HEADERS)))
                .addLast(NettyPipeline.HttpTrafficHandler, new SlowEnd(served));
        new Port(Gateway.LIMITS, () -> new Forwarding(AddressSet.EMPTY), fastPath, served::add,
                (rule, from, detail) -> {
                }, ticker).connection(client);
    }

    /** A connection to the member that lies idle. */
    EmbeddedChannel connection() {
        Http1Upstream upstream = new Http1Upstream(worker, UpstreamTarget.of(member, ADDRESS, null));
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.config().setAllocator(memory);
        channel.pipeline().addLast(new MemberCodec(), upstream);
        members.add(channel);
        upstream.park();
        return channel;
    }

    /** Gives bytes to one side, which may have closed, and lets everything happen. */
    void send(EmbeddedChannel to, String bytes) {
        if (to.isOpen()) {
            to.writeInbound(memory.buffer().writeBytes(bytes.getBytes(StandardCharsets.ISO_8859_1)));
        }
        settle();
    }

    /** The other end is gone: no handler has a say in it. */
    void end(EmbeddedChannel side) {
        if (side.isOpen()) {
            side.pipeline().firstContext().close();
        }
        settle();
    }

    private void settle() {
        for (int i = 0; i < 2; i++) {
            client.runPendingTasks();
            members.forEach(EmbeddedChannel::runPendingTasks);
        }
    }

    /** What was written to one side since the last call. */
    static String received(EmbeddedChannel side) {
        StringBuilder all = new StringBuilder();
        for (Object part = side.readOutbound(); part != null; part = side.readOutbound()) {
            all.append(((ByteBuf) part).toString(StandardCharsets.ISO_8859_1));
            ReferenceCountUtil.release(part);
        }
        return all.toString();
    }

    /** Takes the member's idle connection that was used last, as the next request would; null for none. */
    @Nullable
    Http1Upstream takeIdle() {
        return worker.idle().take(member, null);
    }

    /** Bytes of buffers that are not released yet. */
    long held() {
        return memory.metric().usedHeapMemory() + memory.metric().usedDirectMemory();
    }

    /** Whether the client could send another request. */
    boolean isOpen() {
        return client.isOpen() && !Lingering.isUnderWay(client);
    }

    int inFlight() {
        return member.inFlight();
    }

    @Override
    public void close() {
        members.forEach(this::end);
        end(client);
        members.forEach(EmbeddedChannel::finishAndReleaseAll);
        client.finishAndReleaseAll();
    }
}
