package io.headgate.l4;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.headgate.net.Transport;
import io.headgate.pool.Address;
import io.headgate.pool.Intent;
import io.headgate.pool.Member;
import io.headgate.pool.MemberSpec;
import io.headgate.pool.Operator;
import io.headgate.pool.Outcome;
import io.headgate.pool.Reason;
import io.headgate.pool.Timeouts;
import io.headgate.testing.Ports;
import io.headgate.testing.RawServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** How a member is found. */
@ParameterizedClass
@MethodSource("io.headgate.l4.Lab#transports")
class DialTest {

    private static final Timeouts HASTY = new Timeouts(Lab.SHORT, Duration.ZERO, Duration.ZERO,
            Duration.ZERO);

    private final Transport transport;

    DialTest(Transport transport) {
        this.transport = transport;
    }

    @Test
    void aMemberThatRefusesIsFollowedByAnotherOne() throws IOException {
        try (RawServer backend = new RawServer(RawServer.ECHO);
                Lab lab = new Lab(transport).over(Timeouts.DEFAULT, List.of(nobody(), backend.member()))
                        .listening()) {
            for (int i = 0; i < 4; i++) {
                echo(lab);
            }
            lab.awaitQuiet();
            Member refusing = lab.pool().members().getFirst();
            assertThat(refusing.count(Outcome.CONNECT_FAILED)).isEqualTo(4);
            assertThat(lab.count(Outcome.OK)).isEqualTo(4);
            assertThat(lab.connections.closed).extracting(ClosedConnection::attempts).containsOnly(2);
        }
    }

    @Test
    void bySourceHashAClientsAddressKeepsItsMemberAndAddressesSpread() throws IOException {
        try (RawServer one = new RawServer(RawServer.ECHO);
                RawServer two = new RawServer(RawServer.ECHO);
                Lab lab = new Lab(transport).over(one, two).hashing().listening()) {
            for (int round = 1; round <= 2; round++) {
                for (int i = 1; i <= 20; i++) {
                    echo(lab, "127.0.0." + i);
                }
                lab.awaitQuiet();
                List<Long> picks = lab.pool().members().stream().map(Member::picks).toList();
                assertThat(picks.getFirst() + picks.getLast()).isEqualTo(20L * round);
                assertThat(picks).allMatch(n -> n > 0);
            }
            assertThat(lab.connections.closed).hasSize(40);
            Map<String, Set<String>> members = new HashMap<>();
            lab.connections.closed.forEach(closed -> members
                    .computeIfAbsent(closed.client().getAddress().getHostAddress(), a -> new HashSet<>())
                    .add(Objects.requireNonNull(closed.member()).id()));
            assertThat(members).hasSize(20).allSatisfy((address, ids) -> assertThat(ids).hasSize(1));
        }
    }

    private static void echo(Lab lab, String from) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), lab.address().getPort(),
                InetAddress.getByName(from), 0)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write('x');
            assertThat(socket.getInputStream().read()).isEqualTo('x');
        }
    }

    @Test
    void noMemberIsTriedTwice() throws IOException {
        try (Lab lab = new Lab(transport).over(Timeouts.DEFAULT, List.of(nobody(), nobody(), nobody()))
                .listening(); Socket client = lab.connect()) {
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThat(lab.firstClosed().reason()).isEqualTo(Reason.CONNECT_FAILED);
            assertThat(lab.firstClosed().attempts()).isEqualTo(3);
            assertThat(lab.firstClosed().member()).isNull();
            assertThat(lab.pool().members()).extracting(m -> m.count(Outcome.CONNECT_FAILED))
                    .containsExactly(1L, 1L, 1L);
        }
    }

    @Test
    void aMemberThatDoesNotAnswerInTimeIsFollowedByAnotherOne() throws IOException {
        try (BlackHole hole = new BlackHole();
                RawServer backend = new RawServer(RawServer.ECHO);
                Lab lab = new Lab(transport).over(HASTY, List.of(hole.member(), backend.member()))
                        .listening()) {
            echo(lab);
            lab.awaitQuiet();
            assertThat(lab.count(Outcome.CONNECT_FAILED)).isEqualTo(1);
        }
    }

    @Test
    void aSilentPoolIsGivenUp() throws IOException {
        try (BlackHole hole = new BlackHole();
                Lab lab = new Lab(transport).over(HASTY, List.of(hole.member())).listening();
                Socket client = lab.connect()) {
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThat(lab.firstClosed().reason()).isEqualTo(Reason.CONNECT_TIMEOUT);
        }
    }

    @Test
    void theMembersNameIsResolved() throws IOException {
        try (RawServer backend = new RawServer(RawServer.ECHO);
                Lab lab = new Lab(transport).over(Timeouts.DEFAULT,
                        List.of(MemberSpec.of(new Address("localhost", backend.member().address().port()))))
                        .listening()) {
            echo(lab);
        }
    }

    @Test
    void anUnknownNameFailsLikeAMemberThatRefuses() throws IOException {
        try (RawServer backend = new RawServer(RawServer.ECHO);
                Lab lab = new Lab(transport)
                        .over(Timeouts.DEFAULT,
                                List.of(MemberSpec.of(new Address("nobody.invalid", 1)), backend.member()))
                        .listening()) {
            echo(lab);
            lab.awaitQuiet();
            assertThat(lab.count(Outcome.CONNECT_FAILED)).isEqualTo(1);
        }
    }

    @Test
    void anEmptyPoolAndAFullOneAreToldApart() throws IOException {
        try (RawServer backend = new RawServer(RawServer.ECHO); Lab lab = new Lab(transport)) {
            lab.over(Timeouts.DEFAULT, List.of()).listening();
            try (Socket client = lab.connect()) {
                assertThatThrownBy(() -> client.getInputStream().read())
                        .isInstanceOf(SocketException.class);
            }
            assertThat(lab.firstClosed().reason()).isEqualTo(Reason.NO_MEMBER);
            MemberSpec one = backend.member();
            lab.over(Timeouts.DEFAULT,
                    List.of(new MemberSpec(one.id(), one.address(), 1, 1, false, null)));
            try (Socket first = lab.connect(); Socket second = lab.connect()) {
                await().until(() -> lab.connections.closed.size() == 2);
                assertThat(lab.connections.closed.get(1).reason()).isEqualTo(Reason.MEMBERS_FULL);
                assertThat(first.isConnected() && second.isConnected()).isTrue();
            }
        }
    }

    @Test
    void aMemberThatIsTakenOutWhileItIsDialledIsLeftAtOnce() throws IOException {
        Timeouts patient = new Timeouts(Duration.ofMinutes(2), Duration.ZERO, Duration.ZERO, Duration.ZERO);
        try (BlackHole hole = new BlackHole();
                Lab lab = new Lab(transport).over(patient, List.of(hole.member())).listening();
                Socket client = lab.connect()) {
            Member member = lab.pool().members().getFirst();
            await().until(() -> member.inFlight() == 1);
            lab.pool().operate(member, new Operator(Intent.MAINTENANCE, null, null, null));
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThat(lab.firstClosed().reason()).isEqualTo(Reason.MAINTENANCE);
            assertThat(member.inFlight()).isZero();
            assertThat(member.count(Outcome.UNKNOWN)).isEqualTo(1);
        }
    }

    @Test
    void aClientThatLeavesEndsTheSearch() throws IOException {
        Timeouts patient = new Timeouts(Duration.ofSeconds(2), Duration.ZERO, Duration.ZERO,
                Duration.ZERO);
        try (BlackHole hole = new BlackHole();
                Lab lab = new Lab(transport).over(patient, List.of(hole.member())).listening()) {
            try (Socket client = lab.connect()) {
                await().until(() -> lab.table.size() == 1);
                client.setSoLinger(true, 0);
            }
            assertThat(lab.firstClosed().member() == null || transport == Transport.EPOLL).isTrue();
            assertThat(lab.count(Outcome.CONNECT_FAILED)).isEqualTo(transport == Transport.EPOLL ? 0 : 1);
        }
    }

    private static void echo(Lab lab) throws IOException {
        try (Socket client = lab.connect()) {
            client.getOutputStream().write("ping".getBytes(UTF_8));
            assertThat(client.getInputStream().readNBytes(4)).isEqualTo("ping".getBytes(UTF_8));
        }
    }

    /** A member on a port that nobody listens on. */
    private static MemberSpec nobody() {
        return MemberSpec.of(new Address("127.0.0.1", Ports.free()));
    }

    /** A member whose system drops what would open a connection, as its queue is full. */
    private static final class BlackHole implements AutoCloseable {

        private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        private final List<Socket> queued = new ArrayList<>();

        BlackHole() throws IOException {
            for (int i = 0; i < 2; i++) {
                queued.add(new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort()));
            }
            Socket tooMany = new Socket();
            assertThatThrownBy(() -> tooMany.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort()), 200));
            tooMany.close();
        }

        MemberSpec member() {
            return MemberSpec.of(new Address("127.0.0.1", server.getLocalPort()));
        }

        @Override
        public void close() throws IOException {
            server.close();
            for (Socket socket : queued) {
                socket.close();
            }
        }
    }
}
