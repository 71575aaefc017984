package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.l7.Forwarding;
import io.headgate.pool.Address;
import io.headgate.pool.Attempt;
import io.headgate.pool.Held;
import io.headgate.pool.Intent;
import io.headgate.pool.Member;
import io.headgate.pool.MemberSpec;
import io.headgate.pool.Operator;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pool;
import io.headgate.pool.QueueSpec;
import io.headgate.pool.RandomSource;
import io.headgate.pool.Timeouts;
import io.headgate.security.AddressSet;
import io.headgate.testing.PoolBuilder;
import io.headgate.testing.Wire;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A member that is taken out while a request has it, but no connection yet. */
class EvictionTest {

    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String UPGRADE = "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\n"
            + "Upgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            + "Sec-WebSocket-Version: 13\r\n\r\n";
    private static final Operator MAINTENANCE = new Operator(Intent.MAINTENANCE, null, null, null);

    private final PendingSockets sockets = new PendingSockets();
    private final Gateway gateway = new Gateway(new Forwarding(AddressSet.EMPTY), Gateway.LIMITS,
            UpstreamLimits.DEFAULT, sockets, RandomSource.THREAD_LOCAL);

    @AfterEach
    void everyMemberWasGivenBack() {
        await().until(() -> gateway.inFlight() == 0 && gateway.fastPath.underWay() == 0);
        gateway.close();
    }

    private void members(int most, ScriptedMember... members) {
        gateway.pools.apply(List.of(PoolBuilder.pool("pool",
                Arrays.stream(members)
                        .map(member -> new MemberSpec("m" + member.port(),
                                new Address(InetAddress.getLoopbackAddress().getHostAddress(), member.port()),
                                1,
                                most, false, null))
                        .toList())
                .withDrainTimeout(Duration.ofSeconds(5))
                .withQueue(new QueueSpec(10, Duration.ofSeconds(10))).spec()));
    }

    private Pool pool() {
        return gateway.pools.find("pool").orElseThrow();
    }

    private Member busy() {
        return pool().members().stream().filter(member -> member.inFlight() == 1).findAny().orElseThrow();
    }

    @Test
    void aRequestThatDialsItGoesToAnother() throws IOException {
        try (ScriptedMember one = ScriptedMember.answering(OK);
                ScriptedMember two = ScriptedMember.answering(OK)) {
            members(0, one, two);
            try (Wire client = gateway.client()) {
                client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody");
                await().until(() -> sockets.size() == 1);
                Member first = busy();
                pool().operate(first, MAINTENANCE);
                sockets.go();
                assertThat(client.message()).startsWith("HTTP/1.1 200");
                assertThat(one.seen.size() + two.seen.size()).isEqualTo(1);
                assertThat(first.address().port() == one.port() ? one.seen : two.seen).isEmpty();
                assertThat(first.count(Outcome.UNKNOWN)).isEqualTo(1);
            }
        }
    }

    @Test
    void oneThatCannotBeConnectedToAnyMoreIsNotToBlame() throws IOException {
        try (ScriptedMember member = ScriptedMember.answering(OK)) {
            members(0, member);
        }
        try (Wire client = gateway.client()) {
            client.send(GET);
            await().until(() -> sockets.size() == 1);
            Member first = busy();
            pool().operate(first, MAINTENANCE);
            sockets.go();
            assertThat(client.message()).startsWith("HTTP/1.1 503").contains("maintenance");
            assertThat(first.count(Outcome.CONNECT_FAILED)).isZero();
            assertThat(first.count(Outcome.UNKNOWN)).isEqualTo(1);
        }
    }

    @Test
    void aWebSocketThatDialsItIsRefusedWhereThereIsNoOther() throws IOException {
        try (ScriptedMember member = ScriptedMember
                .answering("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                        + "Upgrade: websocket\r\n\r\n")) {
            members(0, member);
            try (Wire client = gateway.client()) {
                client.send(UPGRADE);
                await().until(() -> sockets.size() == 1);
                pool().operate(busy(), MAINTENANCE);
                sockets.go();
                assertThat(client.message()).startsWith("HTTP/1.1 503").contains("maintenance");
                assertThat(member.seen).isEmpty();
            }
        }
    }

    @Test
    void aRequestThatHasJustBeenGrantedAPlaceOnItGoesElsewhere() throws IOException {
        sockets.go();
        try (ScriptedMember member = ScriptedMember.answering(OK)) {
            members(1, member);
            Attempt held = Held.in(pool());
            try (Wire client = gateway.client()) {
                client.send(GET);
                await().until(() -> pool().queue().length() == 1);
                EventLoop loop = gateway.loop();
                loop.execute(() -> { // the word of the place that is granted comes after this
                    held.release(Outcome.OK);
                    pool().operate(held.member(), MAINTENANCE);
                });
                assertThat(client.message()).startsWith("HTTP/1.1 503");
                assertThat(member.seen).isEmpty();
            }
        }
    }

    @Test
    void aConnectionIsNotUsedInTheLastSecondThatItsMemberKeepsIt() throws IOException {
        sockets.go();
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            while (!wire.message().isBlank()) {
                wire.send(
                        "HTTP/1.1 200 OK\r\nKeep-Alive: " + (number == 1 ? "timeout=1" : "max=9, Timeout=600")
                                + "\r\nContent-Length: 2\r\n\r\nok");
            }
        })) {
            members(0, member);
            try (Wire client = gateway.client()) {
                for (int i = 1; i <= 4; i++) {
                    assertThat(client.send(GET).message()).endsWith("ok");
                    assertThat(member.connections.get()).isEqualTo(i == 1 ? 1 : 2);
                }
            }
        }
    }

    @Test
    void aMemberThatTakesNoUploadIsToBlameAndAClientThatTakesNoAnswerIsNot() throws IOException {
        sockets.go();
        Timeouts timeouts = new Timeouts(Duration.ofSeconds(10), Duration.ofMillis(500),
                Duration.ofSeconds(20),
                Duration.ofSeconds(20));
        try (ScriptedMember deaf = new ScriptedMember((wire, number, seen) -> {
            if (wire.head().startsWith("GET")) {
                wire.send("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
                byte[] block = new byte[64 * 1024];
                for (int i = 0; i < 100_000_000; i += block.length) {
                    wire.send(block, block.length);
                }
            }
            seen.add("head");
            await().atMost(Duration.ofMinutes(2)).until(() -> gateway.served.size() == 1);
        })) {
            gateway.members(timeouts, deaf.port());
            Member member = pool().members().getFirst();
            try (Wire client = gateway.client()) {
                client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000000\r\n\r\n");
                Thread.ofVirtual().start(() -> {
                    try {
                        byte[] block = new byte[64 * 1024];
                        for (int i = 0; i < 100_000_000; i += block.length) {
                            client.send(block, block.length);
                        }
                    } catch (IOException e) {
                        // it is refused
                    }
                });
                await().until(() -> gateway.served.size() == 1);
                assertThat(gateway.served.getFirst().reason()).hasToString("SEND_TIMEOUT");
                assertThat(member.count(Outcome.TIMEOUT)).isEqualTo(1);
            }
            try (Wire client = gateway.client()) {
                client.send(GET).head();
                await().until(() -> gateway.served.size() == 2);
                assertThat(gateway.served.getLast().reason()).hasToString("CLIENT_STALLED");
                assertThat(member.count(Outcome.TIMEOUT)).isEqualTo(1);
            }
        }
    }
}
