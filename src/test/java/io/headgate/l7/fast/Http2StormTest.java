package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.pool.Address;
import io.headgate.pool.MemberProtocol;
import io.headgate.pool.MemberSpec;
import io.headgate.testing.FrameAnswer;
import io.headgate.testing.FrameClient;
import io.headgate.testing.PoolBuilder;
import io.headgate.testing.Ports;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Members of HTTP/2 that are restarted, one after the other, under many streams, and many streams that never
 * end. {@code -Dstorm.streams=1000 -Dstorm.requests=200000} and {@code -Dstorm.events=10000} make more of it.
 */
class Http2StormTest {

    private static final int STREAMS = Integer.getInteger("storm.streams", 100);
    private static final int REQUESTS = Integer.getInteger("storm.requests", 1_000);
    private static final int EVENTS = Integer.getInteger("storm.events", 100);
    /** Of a client's connection. */
    private static final int PER_CONNECTION = 50;
    private static final int RESTARTS = 9;
    private static final int LEAST_EVENTS = EVENTS > 1000 ? 100 : 3;

    private final List<StormMember> members = new ArrayList<>();
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private final List<String> failed = new CopyOnWriteArrayList<>();
    private final List<String> cut = new CopyOnWriteArrayList<>();
    private final Gateway gateway = Gateway.http2(Gateway.LIMITS);

    private void members(int count) {
        List<MemberSpec> specs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int port = Ports.free();
            members.add(new StormMember(port));
            specs.add(MemberSpec.of(new Address("127.0.0.1", port)));
        }
        gateway.pools.apply(List
                .of(PoolBuilder.pool("pool", specs).withProtocol(MemberProtocol.H2C).spec()));
    }

    @AfterEach
    void stop() {
        gateway.close();
        members.forEach(StormMember::close);
    }

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void membersThatLeaveLoseNothing() throws Exception {
        members(3);
        try (FrameClient holder = new FrameClient(gateway.server.port())) {
            List<Integer> held = new ArrayList<>();
            storm(member -> {
                int mine = holder.get("/held");
                held.add(mine);
                while (!holder.answer(mine).body().equals("one")) {
                    assertThat(holder.read()).isTrue();
                }
                member.leave();
                await().atMost(Duration.ofMinutes(1)).until(member::isGone);
            });
            members.forEach(StormMember::leave);
            for (int stream : held) {
                FrameAnswer whole = holder.whole(stream);
                assertThat(whole.body()).as("a stream that was under way").isEqualTo("onetwo");
            }
        }
        assertThat(failed).isEmpty();
        assertThat(cut).isEmpty();
        assertThat(answered.get()).isEqualTo(REQUESTS);
    }

    /** An answer that has begun cannot be had again: those are cut, and nothing else is. */
    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void membersThatDieLoseWhatCannotBeRepeated() throws Exception {
        members(3);
        storm(StormMember::die);
        assertThat(failed).isEmpty();
        assertThat(answered.get() + cut.size()).isEqualTo(REQUESTS);
        assertThat(cut.size()).isLessThan(REQUESTS / 20);
    }

    private interface End {
        void of(StormMember member) throws IOException;
    }

    private void storm(End end) throws Exception {
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 0; i < STREAMS / PER_CONNECTION; i++) {
                clients.add(threads.submit(() -> {
                    ask();
                    return null;
                }));
            }
            for (int i = 1; i <= RESTARTS; i++) {
                int enough = REQUESTS / (RESTARTS + 1) * i;
                await().atMost(Duration.ofMinutes(5))
                        .until(() -> answered.get() + cut.size() >= enough || !failed.isEmpty());
                StormMember member = members.get(i % members.size());
                end.of(member);
                await().ignoreExceptionsMatching(
                        e -> e instanceof ChannelException || e instanceof IOException)
                        .until(() -> {
                            member.begin();
                            return true;
                        });
            }
            for (Future<?> client : clients) {
                client.get();
            }
        }
    }

    private void ask() throws IOException {
        try (FrameClient client = new FrameClient(gateway.server.port())) {
            Set<Integer> open = new HashSet<>();
            boolean more = true;
            while (more || !open.isEmpty()) {
                while (more && open.size() < PER_CONNECTION) {
                    more = begun.incrementAndGet() <= REQUESTS;
                    if (more) {
                        open.add(client.get("/now"));
                    }
                }
                if (!open.isEmpty() && !client.read()) {
                    failed.add("the connection has ended: " + client.goAway);
                    return;
                }
                open.removeIf(stream -> isOver(client.answer(stream)));
            }
        }
    }

    private boolean isOver(FrameAnswer answer) {
        if (answer.ended && answer.status() == 200 && answer.body().equals("ok")) {
            answered.incrementAndGet();
        } else if (answer.reset >= 0 && answer.status() == 200) {
            cut.add(answer.head());
        } else if (answer.ended || answer.reset >= 0) {
            failed.add(answer.head() + answer.body() + " reset " + answer.reset);
        }
        return answer.ended || answer.reset >= 0;
    }

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void streamsThatNeverEndTakeNoMoreMemoryTheLongerTheyGoOn() throws Exception {
        members(1);
        List<FrameClient> clients = new ArrayList<>();
        CompletableFuture<Void> end = new CompletableFuture<>();
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            for (int i = 0; i < EVENTS / PER_CONNECTION; i++) {
                FrameClient client = new FrameClient(gateway.server.port());
                clients.add(client);
                for (int k = 0; k < PER_CONNECTION; k++) {
                    client.get("/events");
                }
                threads.submit(() -> {
                    while (client.read()) {
                        // until it is closed
                    }
                    return end.complete(null);
                });
            }
            await().atMost(Duration.ofMinutes(2)).until(() -> gateway.inFlight() == EVENTS);
            long before = buffers();
            int from = members.getFirst().events.get();
            await().atMost(Duration.ofMinutes(5))
                    .until(() -> members.getFirst().events.get() - from >= EVENTS * LEAST_EVENTS);
            assertThat(end).isNotDone();
            assertThat(buffers()).as("bytes of buffers, of %s before", before)
                    .isLessThan(before + (32L << 20));
            for (FrameClient client : clients) {
                client.close();
            }
        }
        await().atMost(Duration.ofMinutes(1)).until(() -> gateway.inFlight() == 0);
        await().until(() -> gateway.fastPath.underWay() == 0);
    }

    private static long buffers() {
        return PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    }
}
