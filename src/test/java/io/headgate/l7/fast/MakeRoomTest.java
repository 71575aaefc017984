package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.l7.Forwarding;
import io.headgate.l7.KeptBodies;
import io.headgate.net.EventLoops;
import io.headgate.net.Names;
import io.headgate.net.Transport;
import io.headgate.pool.Address;
import io.headgate.pool.Clock;
import io.headgate.pool.Pools;
import io.headgate.pool.RandomSource;
import io.headgate.security.AddressSet;
import io.headgate.testing.RawServer;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The unused connections lie at one event loop, and another one needs a descriptor. */
class MakeRoomTest {

    private final EventLoops loops = new EventLoops(Transport.best(), 2);
    private final Names names = new Names(Transport.best());
    private final List<Worker> all = new CopyOnWriteArrayList<>();
    private final FastLaneServices services = new FastLaneServices(
            new Pools(Clock.SYSTEM, RandomSource.THREAD_LOCAL, (member, outcome) -> {
            }), Transport.best().sockets(), names, () -> new Forwarding(AddressSet.EMPTY),
            Gateway.systemTls(),
            UpstreamLimits.DEFAULT, () -> new TunnelLimits(0, Duration.ZERO, Duration.ZERO),
            new KeptBodies(1, 1),
            () -> false,
            Gateway.PROBLEMS, request -> {
            }, Ticker.systemTicker(), RandomSource.THREAD_LOCAL);
    private final Worker first = worker(loops.next());
    private final Worker second = worker(loops.next());

    private Worker worker(EventLoop loop) {
        Worker worker = new Worker(loop, services, all);
        all.add(worker);
        return worker;
    }

    @AfterEach
    void end() {
        names.close();
        loops.close();
    }

    @Test
    void theConnectionsOfAnotherEventLoopMakeRoomToo() throws Exception {
        CompletableFuture<Integer> atMember = new CompletableFuture<>();
        try (RawServer member = new RawServer(
                socket -> atMember.complete(socket.getInputStream().read()))) {
            assertThat(first.loop()).isNotSameAs(second.loop());
            park(second, new Address("127.0.0.1", member.port()));
            assertThat(makeRoom(first)).isTrue();
            assertThat(atMember.get(30, TimeUnit.SECONDS)).as("it is closed").isEqualTo(-1);
            assertThat(makeRoom(first)).as("there is no other").isFalse();
        }
    }

    private static void park(Worker at, Address address) throws Exception {
        CompletableFuture<Boolean> parked = new CompletableFuture<>();
        at.loop().execute(() -> at.dialer().dial(address, address, null, Duration.ofSeconds(30),
                new Dialer.Caller() {

                    @Override
                    public void connected(Upstream fresh) {
                        Http1Upstream upstream = (Http1Upstream) fresh;
                        at.idle().put(upstream);
                        parked.complete(upstream.isOpen());
                    }

                    @Override
                    public void failed(Throwable error) {
                        parked.completeExceptionally(error);
                    }
                }));
        assertThat(parked.get(30, TimeUnit.SECONDS)).isTrue();
    }

    private static boolean makeRoom(Worker at) throws Exception {
        CompletableFuture<Boolean> made = new CompletableFuture<>();
        at.loop().execute(() -> at.makeRoom(made::complete));
        return made.get(30, TimeUnit.SECONDS);
    }
}
