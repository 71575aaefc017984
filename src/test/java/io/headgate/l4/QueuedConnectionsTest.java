package io.headgate.l4;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.headgate.net.Transport;
import io.headgate.pool.Address;
import io.headgate.pool.Intent;
import io.headgate.pool.MemberSpec;
import io.headgate.pool.Operator;
import io.headgate.pool.Outcome;
import io.headgate.pool.PoolSpec;
import io.headgate.pool.QueueSpec;
import io.headgate.pool.QueueState;
import io.headgate.pool.Reason;
import io.headgate.testing.Ports;
import io.headgate.testing.RawServer;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that wait for a place on a member. */
@ParameterizedClass
@MethodSource("io.headgate.l4.Lab#transports")
class QueuedConnectionsTest {

    private static final QueueSpec PATIENT = new QueueSpec(2_000, Duration.ofMinutes(1));

    private final Lab lab;
    private final RawServer backend = new RawServer(RawServer.ECHO);
    private final List<Socket> clients = new ArrayList<>();

    QueuedConnectionsTest(Transport transport) {
        lab = new Lab(transport);
    }

    @BeforeEach
    void start() {
        lab.over(backend).queueing(PATIENT, 1).listening();
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        lab.close();
        backend.close();
    }

    @Test
    void clientsGetPlacesInTheOrderOfTheirArrival() throws IOException {
        List<Socket> waiting = new ArrayList<>();
        Socket before = served();
        for (int i = 0; i < 5; i++) {
            waiting.add(waits());
        }
        for (Socket next : waiting) {
            assertThat(backend.accepted()).isEqualTo(1 + waiting.indexOf(next));
            before.close();
            echo(next, "ping");
            before = next;
        }
        assertThat(lab.pool().queue().admitted()).isEqualTo(5);
    }

    @Test
    void aClientThatFindsTheQueueFullIsReset() throws IOException {
        lab.queueing(new QueueSpec(1, Duration.ofMinutes(1)), 1);
        served();
        waits();
        assertThatThrownBy(() -> connect().getInputStream().read()).isInstanceOf(SocketException.class);
        assertThat(lab.firstClosed().reason()).isEqualTo(Reason.QUEUE_FULL);
    }

    @Test
    void aClientThatWaitsTooLongIsReset() throws IOException {
        lab.queueing(new QueueSpec(1, Lab.SHORT), 1);
        served();
        Socket late = waits();
        assertThatThrownBy(() -> late.getInputStream().read()).isInstanceOf(SocketException.class);
        assertThat(lab.firstClosed().reason()).isEqualTo(Reason.QUEUE_TIMEOUT);
        assertThat(lab.firstClosed().member()).isNull();
    }

    @Test
    void whatAWaitingClientHasSentReachesTheMemberWholeAndInOrder() throws IOException {
        Socket before = served();
        Socket client = waits();
        byte[] sent = new byte[3_000_000];
        new Random(7).nextBytes(sent);
        Thread.startVirtualThread(() -> {
            try {
                client.getOutputStream().write(sent);
                client.shutdownOutput();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        await().until(() -> client.getLocalPort() > 0 && lab.pool().queue().length() == 1);
        before.close();
        assertThat(client.getInputStream().readAllBytes()).isEqualTo(sent);
    }

    @Test
    void aClientThatHasSaidAllItHasToSayWaitsForItsAnswer() throws IOException {
        Socket before = served();
        Socket client = waits();
        client.getOutputStream().write("all".getBytes(UTF_8));
        client.shutdownOutput();
        await().during(Lab.SHORT).until(() -> lab.pool().queue().length() == 1);
        before.close();
        assertThat(client.getInputStream().readAllBytes()).isEqualTo("all".getBytes(UTF_8));
    }

    @Test
    void aClientThatLeavesGivesItsPlaceInTheQueueBack() throws IOException {
        Socket before = served();
        Socket silent = waits();
        Socket rude = waits();
        Socket staying = waits();
        silent.close();
        rude.getOutputStream().write('x');
        rude.setSoLinger(true, 0);
        rude.close();
        await().until(() -> lab.pool().queue().length() == 1);
        before.close();
        echo(staying, "ping");
        assertThat(backend.accepted()).isEqualTo(2);
        assertThat(lab.pool().queue().left()).isEqualTo(2);
    }

    @Test
    void aMemberThatRefusesTheNextInTheQueueIsFollowedByAnother() throws IOException {
        MemberSpec dead = MemberSpec.of(new Address("127.0.0.1", Ports.free()));
        Socket before = served();
        Socket next = waits();
        PoolSpec now = lab.pool().spec();
        lab.pools.apply(List.of(now.withMembers(List.of(now.members().getFirst(), dead))));
        await().until(() -> lab.count(Outcome.CONNECT_FAILED) == 1);
        await().until(() -> lab.pool().queue().length() == 1);
        before.close();
        echo(next, "ping");
    }

    @Test
    void aReloadAndAMemberThatComesBackWakeWhoWaits() throws IOException {
        served();
        Socket first = waits();
        lab.queueing(PATIENT, 2);
        echo(first, "more places");
        Socket second = waits();
        lab.pool().operate(lab.pool().members().getFirst(), new Operator(Intent.DRAIN, null, null, null));
        first.close();
        await().until(() -> lab.connections.closed.size() == 1);
        assertThat(lab.pool().queue().length()).isEqualTo(1);
        lab.pool().operate(lab.pool().members().getFirst(), Operator.SILENT);
        echo(second, "back");
    }

    @Test
    void whoWaitsForAPoolThatIsRemovedIsClosed() throws IOException {
        served();
        Socket client = waits();
        lab.pools.apply(List.of());
        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
        assertThat(lab.firstClosed().reason()).isEqualTo(Reason.NO_MEMBER);
    }

    @Test
    void aThousandWaitingClientsThatVanishAtOnceLeaveNothingBehind() throws IOException {
        Socket before = served();
        for (int i = 0; i < 1_000; i++) {
            Socket client = connect();
            if (i % 3 == 0) {
                client.getOutputStream().write(i);
                client.setSoLinger(true, 0);
            }
        }
        await().until(() -> lab.pool().queue().length() == 1_000);
        for (Socket client : clients) {
            if (!client.equals(before)) {
                client.close();
            }
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> lab.table.size() == 1);
        assertThat(lab.pool().queue()).extracting(QueueState::length, QueueState::left)
                .containsExactly(0, 1_000L);
        before.close();
        lab.awaitQuiet();
        echo(connect(), "ping");
    }

    private Socket connect() throws IOException {
        Socket client = lab.connect();
        clients.add(client);
        return client;
    }

    /** A client that a member serves. */
    private Socket served() throws IOException {
        Socket client = connect();
        echo(client, "hello");
        return client;
    }

    /** A client that is in the queue. */
    private Socket waits() throws IOException {
        int before = lab.pool().queue().length();
        Socket client = connect();
        await().until(() -> lab.pool().queue().length() == before + 1);
        return client;
    }

    private static void echo(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(UTF_8));
        assertThat(client.getInputStream().readNBytes(text.length())).isEqualTo(text.getBytes(UTF_8));
    }
}
