package io.headgate.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.headgate.net.Transport;
import io.headgate.pool.Address;
import io.headgate.pool.Intent;
import io.headgate.pool.Member;
import io.headgate.pool.MemberSpec;
import io.headgate.pool.Operator;
import io.headgate.pool.Outcome;
import io.headgate.pool.QueueSpec;
import io.headgate.pool.Reason;
import io.headgate.pool.Timeouts;
import io.headgate.security.AddressRules;
import io.headgate.testing.ListenerBuilder;
import io.headgate.testing.Ports;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@MethodSource("io.headgate.l4.Lab#transports")
class UdpTest {

    private static final ListenerBuilder SPEC = ListenerBuilder.udp("dns", Lab.ANYWHERE, Lab.POOL);

    private final Transport transport;

    UdpTest(Transport transport) {
        this.transport = transport;
    }

    @Test
    void aClientKeepsItsMemberAndItsAnswersComeBack() throws IOException {
        try (UdpBackend one = new UdpBackend(1);
                UdpBackend two = new UdpBackend(1);
                Lab lab = lab(SPEC, one.member(), two.member());
                DatagramSocket first = client(lab);
                DatagramSocket second = client(lab)) {
            for (int i = 0; i < 10; i++) {
                assertThat(exchange(first, new byte[]{1, (byte) i})).isEqualTo(new byte[]{1, (byte) i});
                assertThat(exchange(second, new byte[]{2, (byte) i})).isEqualTo(new byte[]{2, (byte) i});
            }
            assertThat(one.received).hasValue(10);
            assertThat(two.received).hasValue(10);
            assertThat(lab.listener().connections()).hasSize(2).allSatisfy(c -> {
                assertThat(c.bytesIn()).isEqualTo(20);
                assertThat(c.bytesOut()).isEqualTo(20);
            });
        }
    }

    @Test
    void theLargestDatagramsAreNotCutOff() throws IOException {
        byte[] large = new byte[60_000];
        new Random(1).nextBytes(large);
        try (UdpBackend backend = new UdpBackend(1);
                Lab lab = lab(SPEC, backend.member());
                DatagramSocket client = client(lab)) {
            assertThat(exchange(client, large)).isEqualTo(large);
        }
    }

    @Test
    void emptyDatagramsGoBothWaysInTheirTurn() throws IOException {
        assumeTrue(transport == Transport.EPOLL); // the JDK's connected sockets send none
        try (UdpBackend backend = new UdpBackend(1);
                Lab lab = lab(SPEC, backend.member());
                DatagramSocket client = unconnected()) {
            for (int i = 0; i < 5; i++) {
                assertThat(exchange(client, lab, new byte[0])).isEmpty();
                assertThat(exchange(client, lab, new byte[i])).isEqualTo(new byte[i]);
            }
            assertThat(backend.received).hasValue(10);
        }
    }

    @Test
    void anEmptyDatagramIsAnAnswer() throws IOException {
        assumeTrue(transport == Transport.EPOLL);
        try (UdpBackend backend = new UdpBackend(1);
                Lab lab = lab(SPEC.withUdp(1, Duration.ofMinutes(1)), backend.member());
                DatagramSocket client = unconnected()) {
            assertThat(exchange(client, lab, new byte[0])).isEmpty();
            assertThat(lab.firstClosed().outcome()).isEqualTo(Outcome.OK);
        }
    }

    private static DatagramSocket unconnected() throws IOException {
        DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        socket.setSoTimeout(5000);
        return socket;
    }

    private static byte[] exchange(DatagramSocket client, Lab lab, byte[] datagram) throws IOException {
        client.send(new DatagramPacket(datagram, datagram.length, lab.address()));
        DatagramPacket answer = new DatagramPacket(new byte[65_536], 65_536);
        client.receive(answer);
        return Arrays.copyOf(answer.getData(), answer.getLength());
    }

    @Test
    void silenceEndsASession() throws IOException {
        try (UdpBackend backend = new UdpBackend(1);
                Lab lab = lab(SPEC.withUdp(0, Lab.SHORT), backend.member());
                DatagramSocket client = client(lab)) {
            exchange(client, new byte[1]);
            assertThat(lab.firstClosed().reason()).isNull();
            assertThat(lab.firstClosed().outcome()).isEqualTo(Outcome.OK);
            exchange(client, new byte[1]);
            assertThat(lab.listener().accepted()).isEqualTo(2);
        }
    }

    @Test
    void theLastOfTheExpectedAnswersEndsASession() throws IOException {
        try (UdpBackend backend = new UdpBackend(2);
                Lab lab = lab(SPEC.withUdp(2, Duration.ofMinutes(1)), backend.member());
                DatagramSocket client = client(lab)) {
            exchange(client, new byte[1]);
            assertThat(lab.firstClosed().outcome()).isEqualTo(Outcome.OK);
            assertThat(lab.firstClosed().bytesOut()).isEqualTo(2);
        }
    }

    @Test
    void aMemberThatOwesAnAnswerIsTooSlow() throws IOException {
        try (UdpBackend backend = new UdpBackend(0);
                Lab lab = lab(SPEC.withUdp(1, Lab.SHORT), backend.member());
                DatagramSocket client = client(lab)) {
            client.send(new DatagramPacket(new byte[1], 1));
            assertThat(lab.firstClosed().reason()).isEqualTo(Reason.IDLE_TIMEOUT);
            assertThat(lab.firstClosed().outcome()).isEqualTo(Outcome.TIMEOUT);
        }
    }

    @Test
    void aDatagramForWhichNoMemberHasAPlaceIsDroppedAndDoesNotQueue() throws IOException {
        try (UdpBackend backend = new UdpBackend(1);
                Lab lab = lab(SPEC, backend.member()).queueing(new QueueSpec(10, Duration.ofMinutes(1)), 1);
                DatagramSocket first = client(lab);
                DatagramSocket second = client(lab)) {
            exchange(first, new byte[1]);
            second.setSoTimeout(200);
            assertThatThrownBy(() -> exchange(second, new byte[1]))
                    .isInstanceOf(SocketTimeoutException.class);
            assertThat(lab.firstClosed().reason()).isEqualTo(Reason.MEMBERS_FULL);
            assertThat(lab.pool().queue().length()).isZero();
            exchange(first, new byte[1]);
            lab.queueing(QueueSpec.OFF, 2);
            second.setSoTimeout(10_000);
            exchange(second, new byte[1]);
        }
    }

    @Test
    void sourceHashKeepsAClientsAddressOnOneMember() throws IOException {
        try (UdpBackend one = new UdpBackend(1);
                UdpBackend two = new UdpBackend(1);
                Lab lab = lab(SPEC, one.member(), two.member())) {
            lab.hashing();
            for (int i = 0; i < 10; i++) {
                try (DatagramSocket client = client(lab)) {
                    exchange(client, new byte[1]);
                }
            }
            assertThat(List.of(one.received.get(), two.received.get())).containsExactlyInAnyOrder(10, 0);
        }
    }

    @Test
    void theTableOfSessionsIsBounded() throws IOException {
        try (UdpBackend backend = new UdpBackend(1);
                Lab lab = lab(SPEC.withLimits(new ListenerLimits(2, 0)), backend.member());
                DatagramSocket first = client(lab);
                DatagramSocket second = client(lab);
                DatagramSocket third = client(lab)) {
            exchange(first, new byte[1]);
            exchange(second, new byte[1]);
            third.setSoTimeout(200);
            assertThatThrownBy(() -> exchange(third, new byte[1]))
                    .isInstanceOf(SocketTimeoutException.class);
            assertThat(lab.connections.refused).containsExactly(Reason.TOO_MANY_CONNECTIONS);
            assertThat(lab.listener().refused()).isEqualTo(1);
            exchange(first, new byte[1]); // nobody was put out for the third
            exchange(second, new byte[1]);
            assertThat(lab.listener().open()).isEqualTo(2);
            assertThat(lab.connections.closed).isEmpty();
        }
    }

    @Test
    void whoEndsMakesRoomInAFullTable() throws IOException {
        try (UdpBackend backend = new UdpBackend(1);
                Lab lab = lab(SPEC.withLimits(new ListenerLimits(1, 0))
                        .withUdp(0, Lab.SHORT), backend.member());
                DatagramSocket first = client(lab);
                DatagramSocket second = client(lab)) {
            exchange(first, new byte[1]);
            second.setSoTimeout(100);
            await().ignoreException(SocketTimeoutException.class)
                    .until(() -> exchange(second, new byte[]{2}).length == 1);
            assertThat(lab.connections.refused).contains(Reason.TOO_MANY_CONNECTIONS);
            assertThat(lab.firstClosed().outcome()).isEqualTo(Outcome.OK);
        }
    }

    @Test
    void aDeniedClientGetsNoAnswer() throws IOException {
        try (UdpBackend backend = new UdpBackend(1);
                Lab lab = lab(SPEC.withRules(AddressRules.of(List.of(), List.of("127.0.0.0/8"))),
                        backend.member());
                DatagramSocket client = client(lab)) {
            client.setSoTimeout(200);
            assertThatThrownBy(() -> exchange(client, new byte[1]))
                    .isInstanceOf(SocketTimeoutException.class);
            assertThat(backend.received).hasValue(0);
        }
    }

    @Test
    void aMemberThatIsGoneIsFollowedByAnotherOne() throws IOException {
        UdpBackend gone = new UdpBackend(1);
        MemberSpec dead = gone.member();
        gone.close();
        try (UdpBackend backend = new UdpBackend(1);
                Lab lab = lab(SPEC, dead, backend.member());
                DatagramSocket client = client(lab)) {
            client.send(new DatagramPacket(new byte[1], 1));
            assertThat(lab.firstClosed().outcome()).isEqualTo(Outcome.CONNECT_FAILED);
            exchange(client, new byte[1]);
            assertThat(backend.received).hasValue(1);
        }
    }

    /** As a client of DNS does: it asks again, from the same port or another one. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClientThatAsksAgainInVainGetsAnotherMember(boolean samePort) throws IOException {
        try (UdpBackend one = new UdpBackend(1);
                UdpBackend two = new UdpBackend(1);
                Lab lab = lab(SPEC.withUdp(1, Duration.ofMinutes(10)), one.member(),
                        two.member());
                DatagramSocket client = client(lab)) {
            lab.hashing();
            exchange(client, new byte[1]);
            (one.received.get() == 1 ? one : two).fallSilent();
            client.setSoTimeout(200);
            assertThatThrownBy(() -> exchange(client, new byte[1]))
                    .isInstanceOf(SocketTimeoutException.class);
            await().ignoreException(SocketTimeoutException.class).atMost(Duration.ofSeconds(30)).until(() -> {
                if (samePort) {
                    return exchange(client, new byte[1]).length == 1;
                }
                try (DatagramSocket another = client(lab)) {
                    another.setSoTimeout(200);
                    return exchange(another, new byte[1]).length == 1;
                }
            });
        }
    }

    /** As after a pause of the whole process, when nobody's answers have been read. */
    @Test
    void anAnswerThatComesWhenTheClientHasAskedAgainIsPassedOnAndBlamesNobody() throws IOException {
        try (UdpBackend one = new UdpBackend(1);
                UdpBackend two = new UdpBackend(1);
                Lab lab = lab(SPEC.withUdp(1, Duration.ofMinutes(10)), one.member(),
                        two.member());
                DatagramSocket client = client(lab)) {
            lab.hashing();
            exchange(client, new byte[]{1});
            UdpBackend slow = one.received.get() == 1 ? one : two;
            slow.hold();
            client.send(new DatagramPacket(new byte[]{2}, 1));
            await().until(() -> slow.received.get() == 2);
            client.setSoTimeout(200);
            await().ignoreException(SocketTimeoutException.class).atMost(Duration.ofSeconds(30))
                    .until(() -> exchange(client, new byte[]{3})[0] == 3);
            slow.answerWhatWasHeld();
            client.setSoTimeout(5000);
            DatagramPacket late = new DatagramPacket(new byte[1], 1);
            do {
                client.receive(late);
            } while (late.getData()[0] != 2);
            await().until(() -> lab.listener().open() == 0);
            assertThat(lab.connections.closed).hasSizeGreaterThanOrEqualTo(3);
            assertThat(lab.connections.closed).allMatch(session -> session.outcome() == Outcome.OK);
        }
    }

    @Test
    void aClientThatWasRefusedGetsAnotherMemberWhateverTheHashSays() throws IOException {
        UdpBackend one = new UdpBackend(1);
        UdpBackend two = new UdpBackend(1);
        try (Lab lab = lab(SPEC.withUdp(1, Duration.ofMinutes(10)), one.member(),
                two.member())) {
            lab.hashing();
            try (DatagramSocket client = client(lab)) {
                exchange(client, new byte[1]);
            }
            (one.received.get() == 1 ? one : two).close();
            try (DatagramSocket client = client(lab)) {
                client.setSoTimeout(200);
                await().ignoreException(SocketTimeoutException.class).atMost(Duration.ofSeconds(30))
                        .until(() -> exchange(client, new byte[1]).length == 1);
            }
        } finally {
            one.close();
            two.close();
        }
    }

    @Test
    void aNameIsResolvedWhileDatagramsWait() throws IOException {
        try (UdpBackend backend = new UdpBackend(1);
                Lab lab = lab(SPEC,
                        MemberSpec.of(new Address("localhost", backend.member().address().port())));
                DatagramSocket client = client(lab)) {
            exchange(client, new byte[]{9});
        }
    }

    @Test
    void answersLeaveFromTheAddressThatTheClientSpokeTo() throws IOException {
        try (UdpBackend backend = new UdpBackend(1);
                Lab lab = lab(ListenerBuilder.udp("any", new Address("0.0.0.0", 0), Lab.POOL),
                        backend.member())) {
            List<InetAddress> addresses = NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses).filter(a -> a.getAddress().length == 4)
                    .toList();
            assertThat(addresses).isNotEmpty();
            for (InetAddress address : addresses) {
                try (DatagramSocket client = new DatagramSocket(
                        new InetSocketAddress("0.0.0.0", 0))) {
                    client.setSoTimeout(5000);
                    // a connected socket takes datagrams from this address alone
                    client.connect(address, lab.address().getPort());
                    assertThat(exchange(client, new byte[]{5})).isEqualTo(new byte[]{5});
                }
            }
        }
    }

    @Test
    void anEvictedMembersSessionsEnd() throws IOException {
        try (UdpBackend one = new UdpBackend(1);
                UdpBackend two = new UdpBackend(1);
                Lab lab = lab(SPEC, one.member(), two.member());
                DatagramSocket client = client(lab)) {
            exchange(client, new byte[1]);
            Member first = lab.pool().members().getFirst();
            lab.pool().operate(first, new Operator(Intent.MAINTENANCE, null, null, null));
            assertThat(lab.firstClosed().reason()).isEqualTo(Reason.MAINTENANCE);
            exchange(client, new byte[1]);
            assertThat(two.received).hasValue(1);
        }
    }

    @Test
    void aRemovedListenersSessionsGoOnAndNewClientsAreNotServed() throws Exception {
        try (UdpBackend backend = new UdpBackend(1);
                Lab lab = lab(SPEC.withUdp(0, Lab.SHORT), backend.member());
                DatagramSocket client = client(lab);
                DatagramSocket late = client(lab)) {
            exchange(client, new byte[]{1});
            int port = lab.address().getPort();
            lab.listeners.apply(List.of());
            assertThat(exchange(client, new byte[]{2})).isEqualTo(new byte[]{2});
            late.setSoTimeout(200);
            assertThatThrownBy(() -> exchange(late, new byte[1])).isInstanceOf(IOException.class);
            assertThat(lab.firstClosed().reason()).isNull();
            await().until(() -> isFree(port));
        }
    }

    @Test
    void anAddressIsFreedForItsNextListenerAtOnce() throws IOException {
        assumeTrue(transport == Transport.EPOLL); // the JDK frees a port only when its selector has been
                                                  // round
        try (UdpBackend backend = new UdpBackend(1);
                Lab lab = lab(SPEC, backend.member());
                DatagramSocket client = client(lab)) {
            Address address = new Address("127.0.0.1", Ports.free());
            ListenerBuilder spec = ListenerBuilder.udp("again", address, Lab.POOL);
            lab.listening(spec);
            client.connect(lab.address());
            exchange(client, new byte[]{1});
            lab.listening(SPEC);
            lab.listening(spec);
            assertThat(exchange(client, new byte[]{2})).isEqualTo(new byte[]{2});
        }
    }

    @Test
    void manyClientsAtOnceGetTheirOwnAnswersAndNoneIsLost() throws Exception {
        int clients = 50;
        int rounds = 50;
        try (UdpBackend backend = new UdpBackend(1); Lab lab = lab(SPEC, backend.member())) {
            List<CompletableFuture<Integer>> all = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                int seed = i;
                all.add(Pattern.meanwhile(() -> talk(lab, new Random(seed), rounds)));
            }
            for (CompletableFuture<Integer> one : all) {
                assertThat(one.get(30, TimeUnit.SECONDS)).isEqualTo(rounds);
            }
        }
    }

    private static int talk(Lab lab, Random random, int rounds) throws IOException {
        try (DatagramSocket client = client(lab)) {
            for (int i = 0; i < rounds; i++) {
                byte[] datagram = new byte[1 + random.nextInt(500)];
                random.nextBytes(datagram);
                assertThat(exchange(client, datagram)).isEqualTo(datagram);
            }
        }
        return rounds;
    }

    private static boolean isFree(int port) {
        try (DatagramSocket _ = new DatagramSocket(port, InetAddress.getLoopbackAddress())) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void aTakenPortIsReported() throws IOException {
        try (DatagramSocket taken = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                Lab lab = new Lab(transport)) {
            Address busy = new Address("127.0.0.1", taken.getLocalPort());
            assertThatThrownBy(() -> lab.apply(ListenerBuilder.udp("x", busy, Lab.POOL)))
                    .isInstanceOf(BindFailedException.class).hasMessageContaining("in use");
        }
    }

    private Lab lab(ListenerBuilder spec, MemberSpec... members) {
        return new Lab(transport).over(Timeouts.DEFAULT, List.of(members)).listening(spec);
    }

    private static DatagramSocket client(Lab lab) throws IOException {
        DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        socket.connect(lab.address());
        socket.setSoTimeout(5000);
        return socket;
    }

    private static byte[] exchange(DatagramSocket client, byte[] datagram) throws IOException {
        client.send(new DatagramPacket(datagram, datagram.length));
        DatagramPacket answer = new DatagramPacket(new byte[65_536], 65_536);
        client.receive(answer);
        return Arrays.copyOf(answer.getData(), answer.getLength());
    }
}
