package io.headgate.l4.kernel;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.headgate.l4.Engine;
import io.headgate.l4.ListenerSpec;
import io.headgate.l4.PortRange;
import io.headgate.pool.Address;
import io.headgate.pool.Intent;
import io.headgate.pool.MemberSpec;
import io.headgate.pool.Outcome;
import io.headgate.pool.Random;
import io.headgate.pool.Reason;
import io.headgate.pool.SourceHash;
import io.headgate.security.AddressRules;
import io.headgate.testing.ListenerBuilder;
import io.headgate.testing.NetworkLab;
import io.headgate.testing.PoolBuilder;
import io.headgate.testing.RawServer;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelEngineTest {

    private static final int PORT = 5432;
    private static final int MEMBER_PORT = 9000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final List<RawServer> SERVERS = new ArrayList<>();
    private static NetworkLab lab;

    /** Member N says N, and then whatever it hears. */
    @BeforeAll
    static void members() {
        NetworkLab.assume();
        lab = new NetworkLab(3);
        for (int i = 1; i <= 3; i++) {
            String name = Integer.toString(i);
            for (int port : new int[]{MEMBER_PORT, 7000, 7001}) {
                SERVERS.add(lab.serve(i, port, socket -> {
                    socket.getOutputStream().write((name + (port == MEMBER_PORT ? "" : ":" + port) + "\n")
                            .getBytes(US_ASCII));
                    RawServer.ECHO.with(socket);
                }));
            }
        }
    }

    @AfterEach
    void noRules() {
        lab.gateway("nft", "delete", "table", "inet", "headgate_test");
    }

    @AfterAll
    static void end() {
        SERVERS.forEach(RawServer::close);
        if (lab != null) {
            lab.close();
        }
    }

    private static MemberSpec member(int number, int weight) {
        Address address = new Address(NetworkLab.address(number, 2), MEMBER_PORT);
        return new MemberSpec(Integer.toString(number), address, weight, 0, false, null);
    }

    private static PoolBuilder three() {
        return PoolBuilder.pool("pool", member(1, 1), member(2, 1), member(3, 2));
    }

    private static ListenerBuilder listener() {
        return ListenerBuilder.tcp("db", new Address("0.0.0.0", PORT), "pool");
    }

    private static ListenerSpec kernel(ListenerBuilder builder) {
        return builder.spec().withEngine(new Engine.Kernel(true, false, Duration.ZERO, false));
    }

    private static Gateway gateway(PoolBuilder pool) {
        Gateway gateway = Gateway.over(lab, pool.spec(), kernel(listener()));
        gateway.awaitLeads("db", gateway.member(0), true);
        return gateway;
    }

    private static Socket connect(String host, int port) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(20_000);
        socket.connect(new InetSocketAddress(host, port), 20_000);
        return socket;
    }

    /** What the member says at once: its name. */
    private static String name(Socket socket) throws IOException {
        StringBuilder name = new StringBuilder();
        for (int next = socket.getInputStream().read(); next > ' '; next = socket.getInputStream().read()) {
            name.append((char) next);
        }
        return name.toString();
    }

    private static Socket open() {
        return lab.in(0, () -> connect(NetworkLab.address(0, 1), PORT));
    }

    private static String echo(Socket socket, String text) throws IOException {
        socket.getOutputStream().write((text + "\n").getBytes(US_ASCII));
        return name(socket);
    }

    /** Who answered so many connections. */
    private static Map<String, Integer> connections(int count, String host, int port) {
        return lab.in(0, () -> {
            Map<String, Integer> names = new HashMap<>();
            for (int i = 0; i < count; i++) {
                try (Socket socket = connect(host, port)) {
                    names.merge(name(socket), 1, Integer::sum);
                    socket.setSoLinger(true, 0); // a port that is free again: a long run needs many
                }
            }
            return names;
        });
    }

    private static Map<String, Integer> connections(int count) {
        return connections(count, NetworkLab.address(0, 1), PORT);
    }

    @Test
    void connectionsAreSharedByWeightAndNoneComesToTheProcess() {
        try (Gateway gateway = gateway(three())) {
            assertThat(connections(400)).isEqualTo(Map.of("1", 100, "2", 100, "3", 200));
            assertThat(gateway.listener().accepted()).isZero();
            await().atMost(PATIENCE).until(() -> gateway.taken().equals(Map.of("10.77.1.2:9000", 100L,
                    "10.77.2.2:9000", 100L, "10.77.3.2:9000", 200L)));
            gateway.pools.apply(List.of(three().withAlgorithm(new Random()).spec()));
            await().atMost(PATIENCE).until(() -> gateway.pick("db").contains("random"));
            assertThat(connections(2000).get("3")).isBetween(850, 1150);
        }
    }

    @Test
    void aClientStaysWithItsMember() {
        try (Gateway gateway = gateway(three().withAlgorithm(new SourceHash()))) {
            Map<String, Integer> all = connections(20);
            assertThat(all).hasSize(1);
            int own = Integer.parseInt(all.keySet().iterator().next()) - 1;
            gateway.up((own + 1) % 3, false);
            gateway.awaitLeads("db", gateway.member((own + 1) % 3), false);
            assertThat(connections(20)).as("another member is gone").isEqualTo(all);
            gateway.up(own, false);
            gateway.awaitLeads("db", gateway.member(own), false);
            assertThat(connections(20)).doesNotContainKeys(all.keySet().iterator().next());
        }
    }

    @Test
    void aMemberThatIsDownGetsNoMoreAndWhatIsOpenGoesOn() throws IOException {
        try (Gateway gateway = gateway(three()); Socket first = open()) {
            int own = Integer.parseInt(name(first)) - 1;
            gateway.up(own, false);
            gateway.awaitLeads("db", gateway.member(own), false);
            assertThat(connections(60)).doesNotContainKey(Integer.toString(own + 1));
            assertThat(echo(first, "still")).isEqualTo("still");
            gateway.operate(own, Intent.MAINTENANCE);
            await().atMost(PATIENCE).untilAsserted(() -> assertThatThrownBy(() -> {
                assertThat(echo(first, "there")).isEqualTo("there");
            }).isInstanceOf(IOException.class));
        }
    }

    @Test
    void whatAMemberThatDrainsHasGoesOnUntilItsTimeIsUp() throws IOException {
        PoolBuilder pool = three().withDrainTimeout(Duration.ofNanos(1));
        List<Socket> all = new ArrayList<>();
        try (Gateway gateway = gateway(pool)) {
            Map<String, List<Socket>> byMember = new HashMap<>();
            for (int i = 0; i < 40; i++) {
                Socket socket = open();
                all.add(socket);
                byMember.computeIfAbsent(name(socket), _ -> new ArrayList<>()).add(socket);
            }
            List<Socket> drained = Objects.requireNonNull(byMember.remove("3"));
            gateway.operate(2, Intent.DRAIN);
            gateway.awaitLeads("db", gateway.member(2), false);
            assertThat(connections(12)).isEqualTo(Map.of("1", 6, "2", 6));
            for (Socket socket : drained) {
                assertThat(echo(socket, "on")).isEqualTo("on");
            }
            gateway.pools.sweep();
            await().atMost(PATIENCE).until(() -> gateway.open() == 40 - drained.size());
            for (Socket socket : drained) {
                assertThatThrownBy(() -> assertThat(echo(socket, "gone")).isEqualTo("gone"));
            }
            for (List<Socket> others : byMember.values()) {
                assertThat(echo(others.getFirst(), "here")).isEqualTo("here");
            }
        } finally {
            for (Socket socket : all) {
                socket.close();
            }
        }
    }

    /** One by one, each would cost the kernel and the program a look at all that is open. */
    @Test
    void connectionsOfOneMemberAreDeletedTogether() {
        List<String> deletions = IntStream.range(0, 5000).mapToObj(i -> TrackedConnection.parse(
                "tcp 6 300 ESTABLISHED src=10.1.%d.%d dst=10.77.0.1 sport=1234 dport=5432 src=10.77.%d.2 dst=10.77.0.1 sport=9000 dport=1234 id=1"
                        .formatted(i >> 8, i & 255, i % 2)))
                .flatMap(Optional::stream).map(TrackedConnection::deletionOfAlike).toList();
        assertThat(deletions).hasSize(5000);
        assertThat(Set.copyOf(deletions)).containsExactlyInAnyOrder(
                "-D -f ipv4 -p tcp -d 10.77.0.1 --dport 5432 -r 10.77.0.2 --reply-port-src 9000\n",
                "-D -f ipv4 -p tcp -d 10.77.0.1 --dport 5432 -r 10.77.1.2 --reply-port-src 9000\n");
    }

    /** A process without a listener for the kernel would never look at them again. */
    @Test
    void rulesThatAKilledProcessLeftGoWhenNoListenerIsTheKernelsAnyMore() throws IOException {
        try (Gateway killed = gateway(three())) {
            assertThat(killed.listener().bound()).isNotNull();
        }
        assertThat(connections(4)).as("they stay").hasSize(3);
        try (Gateway relaying = Gateway.over(lab, three().spec(), listener().spec())) {
            await().atMost(PATIENCE)
                    .until(() -> !lab.gateway("nft", "list", "tables").contains("headgate_test"));
            int before = (int) relaying.listener().accepted();
            for (int i = 0; i < 3; i++) {
                relaying.up(i, true);
            }
            assertThat(connections(4)).hasSize(3);
            assertThat(relaying.listener().accepted()).isEqualTo(before + 4);
        }
    }

    @Test
    void whoeverAsksMeanwhileGetsTheSameConnections() throws Exception {
        Served served = new Served();
        MockTicker ticker = Ticker.newMockTicker();
        try (Gateway gateway = gateway(three()); Socket first = open()) {
            assertThat(name(first)).isNotEmpty();
            served.become(Services.of(gateway.listener(), gateway.pool(), false));
            Service service = served.services().getFirst();
            List<TrackedConnection> found = lab.inGateway(() -> served.open(service, ticker));
            assertThat(found).hasSize(1);
            List<List<TrackedConnection>> all = Collections.synchronizedList(new ArrayList<>());
            lab.inGateway(() -> {
                List<Thread> threads = IntStream.range(0, 8).mapToObj(i -> Thread.ofPlatform().start(() -> {
                    try {
                        all.add(served.open(service, ticker));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })).toList();
                for (Thread thread : threads) {
                    thread.join();
                }
                return true;
            });
            assertThat(all).hasSize(8).allSatisfy(each -> assertThat(each).isSameAs(found));
            ticker.advance(2, TimeUnit.SECONDS);
            assertThat(lab.inGateway(() -> served.open(service, ticker))).isNotSameAs(found)
                    .extracting(TrackedConnection::id).containsExactly(found.getFirst().id());
        }
    }

    @Test
    void whatTheKernelDoesNotCountIsTold(@TempDir Path settings) throws IOException {
        assertThat(Conntrack.count(settings.resolve("none"))).contains("nf_conntrack_acct=1 net.netfilter");
        for (String name : List.of("nf_conntrack_acct", "nf_conntrack_timestamp")) {
            Files.writeString(settings.resolve(name), "0\n");
        }
        assertThat(Conntrack.count(settings)).isNull();
        assertThat(settings.resolve("nf_conntrack_acct")).hasContent("1");
    }

    /** Such as a name that the kernel finds too long for a chain. */
    @Test
    void nftIsAskedAboutRulesBeforeTheyAreMade() {
        ListenerSpec lengthy = kernel(
                ListenerBuilder.tcp("x".repeat(250), new Address("0.0.0.0", PORT), "pool"));
        assertThat(lab.inGateway(() -> RulesCheck.refusal(lengthy, three().spec()))).contains("nft");
        assertThat(lab.<Boolean>inGateway(
                () -> RulesCheck.refusal(kernel(listener()), three().spec()) == null)).isTrue();
        assertThat(lab.gateway("nft", "list", "tables")).doesNotContain("headgate");
    }

    @Test
    void connectionsAreListedAndClosed() throws IOException {
        try (Gateway gateway = gateway(three()); Socket first = open(); Socket second = open()) {
            String name = name(first) + name(second);
            assertThat(name).hasSize(2);
            await().atMost(PATIENCE).until(() -> gateway.open() == 2);
            lab.inGateway(() -> {
                var all = gateway.listener().connections();
                assertThat(all).extracting(c -> c.client().getPort()).containsExactlyInAnyOrder(
                        first.getLocalPort(), second.getLocalPort());
                assertThat(all).allMatch(c -> c.member() != null && name.contains(c.member().id())
                        && c.bytesIn() > 0 && c.bytesOut() > 0);
                all.stream().filter(c -> c.client().getPort() == first.getLocalPort())
                        .forEach(c -> c.close(Reason.CLOSED_BY_OPERATOR));
                return true;
            });
            await().atMost(PATIENCE).until(() -> gateway.open() == 1);
            assertThatThrownBy(() -> echo(first, "gone")).isInstanceOf(IOException.class);
            assertThat(echo(second, "here")).isEqualTo("here");
        }
    }

    @Test
    void whatTheKernelDoesNotTakeComesToTheSocket() {
        try (Gateway gateway = gateway(three())) {
            Map<String, Integer> local = lab.inGateway(() -> {
                try (Socket socket = connect("127.0.0.1", PORT)) {
                    return Map.of(name(socket), 1);
                }
            });
            assertThat(local).hasSize(1);
            assertThat(gateway.listener().accepted()).as("loopback is relayed").isEqualTo(1);
            assertThat(connections(4, "fd77:0::1", PORT)).as("no member of this IP version").isNotEmpty();
            assertThat(gateway.listener().accepted()).isEqualTo(5);
            for (int i = 0; i < 3; i++) {
                gateway.up(i, false);
                gateway.awaitLeads("db", gateway.member(i), false);
            }
            assertThatThrownBy(() -> connections(1)).hasMessageContaining("reset");
            gateway.listen(kernel(listener().withRules(AddressRules.of(List.of(), List.of("10.77.0.0/24")))));
            IntStream.range(0, 3).forEach(i -> gateway.up(i, true));
            gateway.awaitLeads("db", gateway.member(2), true);
            assertThatThrownBy(() -> connections(1)).as("denied").hasMessageContaining("reset");
        }
    }

    @Test
    void aClientPersistsWithAMemberUntilThatTakesNoMore() {
        ListenerSpec persistent = listener().spec()
                .withEngine(new Engine.Kernel(true, false, Duration.ofMinutes(10), false));
        Map<String, Integer> first;
        try (Gateway gateway = Gateway.over(lab, three().spec(), persistent)) {
            gateway.awaitLeads("db", gateway.member(0), true);
            first = connections(12, NetworkLab.address(0, 1), PORT);
            assertThat(first).hasSize(1).containsValue(12);
        }
        int index = Integer.parseInt(first.keySet().iterator().next()) - 1;
        try (Gateway gateway = Gateway.over(lab, three().spec(), persistent)) {
            gateway.up(0, true);
            gateway.up(1, true);
            gateway.up(2, true);
            gateway.awaitLeads("db", gateway.member(0), true);
            assertThat(connections(5, NetworkLab.address(0, 1), PORT)).as("after a restart")
                    .containsOnlyKeys(first.keySet());
            gateway.up(index, false);
            gateway.awaitLeads("db", gateway.member(index), false);
            Map<String, Integer> second = connections(12, NetworkLab.address(0, 1), PORT);
            assertThat(second).hasSize(1).doesNotContainKeys(first.keySet().iterator().next());
            gateway.up(index, true);
            gateway.awaitLeads("db", gateway.member(index), true);
            assertThat(connections(12, NetworkLab.address(0, 1), PORT)).as("it stays there")
                    .isEqualTo(second);
        }
    }

    /** One answers, but has to be asked twice at first; one refuses, one is not there. */
    @Test
    void poolsHearOfConnectionsThatMembersRefuseOrLeaveUnanswered() throws IOException {
        PoolBuilder pool = PoolBuilder.pool("pool", member(1, 1),
                new MemberSpec("refuses", new Address(NetworkLab.address(2, 2), 9999), 1, 0, false, null),
                new MemberSpec("silent", new Address(NetworkLab.address(3, 99), MEMBER_PORT), 1, 0, false,
                        null));
        ListenerSpec watched = listener().spec()
                .withEngine(new Engine.Kernel(true, false, Duration.ZERO, true));
        try (Gateway gateway = Gateway.over(lab, pool.spec(), watched)) {
            gateway.awaitLeads("db", gateway.member(2), true);
            inMember("""
                    add table inet lossy
                    add chain inet lossy in { type filter hook input priority 0 ; }
                    add rule inet lossy in tcp flags & (syn | ack) == syn numgen inc mod 2 0 drop
                    """);
            try (Socket late = open()) {
                assertThat(name(late)).isEqualTo("1");
            } finally {
                inMember("delete table inet lossy\n");
            }
            gateway.fault.set(new IllegalStateException("a pool cannot hear of this"));
            List<SocketChannel> open = new ArrayList<>();
            for (int i = 0; i < 6; i++) { // the kernel sends a SYN again for each that is not answered
                open.add(lab.in(0, () -> {
                    SocketChannel channel = SocketChannel.open();
                    channel.configureBlocking(false);
                    channel.connect(new InetSocketAddress(NetworkLab.address(0, 1), PORT));
                    return channel;
                }));
            }
            await().atMost(PATIENCE)
                    .until(() -> lab.gateway("nft", "list", "counter", "inet", "headgate_test",
                            "failed/unanswered/10.77.3.99/9000").contains("packets 2 "));
            for (SocketChannel channel : open) { // before they try anew, with other members
                channel.close();
            }
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(gateway.pool().members())
                        .extracting(member -> member.count(Outcome.CONNECT_FAILED))
                        .containsExactly(0L, 2L, 0L);
                assertThat(gateway.pool().members()).extracting(member -> member.count(Outcome.TIMEOUT))
                        .containsExactly(0L, 0L, 2L);
                assertThat(gateway.pool().members()).extracting(member -> member.count(Outcome.OK))
                        .containsExactly(3L, 0L, 0L);
            });
            assertThat(gateway.fault).as("one pool's fault does not end it").hasNullValue();
            lab.gateway("conntrack", "-D", "-p", "tcp", "--dport", Integer.toString(PORT));
        }
    }

    private static void inMember(String rules) {
        lab.in(1, () -> {
            new Nft("lossy").apply(rules);
            return true;
        });
    }

    @Test
    void rowsOfPortsAndIpv6() {
        ListenerSpec range = kernel(ListenerBuilder.tcp("db", new Address("0.0.0.0", 7000), "pool")
                .withBind(PortRange.parse("10.77.0.1:7000-7001")).withSamePort());
        ListenerSpec six = kernel(ListenerBuilder.tcp("six", new Address("::", PORT), "pool"));
        PoolBuilder pool = PoolBuilder.pool("pool", member(1, 1),
                new MemberSpec("six", new Address("fd77:2::2", MEMBER_PORT), 1, 0, false, null));
        try (Gateway gateway = Gateway.over(lab, pool.spec(), range, six)) {
            gateway.awaitLeads("six", gateway.member(0), true);
            assertThat(connections(3, "10.77.0.1", 7001)).isEqualTo(Map.of("1:7001", 3));
            assertThat(connections(3, "fd77:0::1", PORT)).isEqualTo(Map.of("2", 3));
            assertThat(connections(3)).isEqualTo(Map.of("1", 3));
            assertThat(gateway.listener().accepted()).isZero();
        }
    }

    @Test
    void datagramsGoOnToTheirMember() throws IOException {
        try (DatagramSocket one = lab.in(1, () -> new DatagramSocket(MEMBER_PORT));
                Gateway gateway = Gateway.over(lab, PoolBuilder.pool("pool", member(1, 1)).spec(),
                        kernel(ListenerBuilder.udp("db", new Address("0.0.0.0", PORT), "pool")));
                DatagramSocket client = lab.in(0, () -> new DatagramSocket())) {
            gateway.awaitLeads("db", gateway.member(0), true);
            one.setSoTimeout(20_000);
            client.setSoTimeout(20_000);
            DatagramPacket packet = new DatagramPacket(new byte[]{1, 2, 3}, 3,
                    InetAddress.getByName("10.77.0.1"), PORT);
            client.send(packet);
            DatagramPacket received = new DatagramPacket(new byte[10], 10);
            one.receive(received);
            assertThat(received.getAddress().getHostAddress()).isEqualTo("10.77.1.1");
            one.send(received);
            client.receive(packet);
            assertThat(packet.getAddress().getHostAddress()).isEqualTo("10.77.0.1");
            assertThat(gateway.open()).isEqualTo(1);
        }
    }

    @Test
    void membersSeeTheClientWhereTheyAreToldTo() {
        RawServer tells = lab.serve(1, 9100, socket -> socket.getOutputStream()
                .write((socket.getInetAddress().getHostAddress() + "\n").getBytes(US_ASCII)));
        PoolBuilder pool = PoolBuilder.pool("pool",
                new MemberSpec("1", new Address(NetworkLab.address(1, 2), 9100), 1, 0, false, null));
        ListenerSpec gateways = kernel(listener());
        ListenerSpec clients = ListenerBuilder.tcp("client", new Address("0.0.0.0", PORT + 1), "pool").spec()
                .withEngine(new Engine.Kernel(true, true, Duration.ZERO, false));
        try (tells; Gateway gateway = Gateway.over(lab, pool.spec(), gateways, clients)) {
            gateway.awaitLeads("client", gateway.member(0), true);
            assertThat(connections(2)).isEqualTo(Map.of("10.77.1.1", 2));
            assertThat(connections(2, "10.77.0.1", PORT + 1)).isEqualTo(Map.of("10.77.0.2", 2));
        }
    }

    @Test
    void theKernelGoesOnAfterACrashAndTheNextProcessTakesOver() throws IOException {
        PoolBuilder pool = three().checked(true);
        Gateway first = Gateway.over(lab, pool.spec(), kernel(listener()));
        IntStream.range(0, 3).forEach(i -> first.up(i, true));
        first.awaitLeads("db", first.member(2), true);
        assertThat(connections(8)).hasSize(3);
        try (Socket held = open()) {
            String name = name(held);
            first.close();
            assertThat(connections(8)).as("nobody is there").hasSize(3);
            assertThat(echo(held, "on")).isEqualTo("on");
            try (Gateway next = Gateway.over(lab, pool.spec(), kernel(listener()))) {
                assertThat(connections(8)).as("before the first checks").hasSize(3);
                assertThat(next.listener().accepted()).isZero();
                next.up(0, true);
                next.up(1, true);
                next.up(2, false);
                next.awaitLeads("db", next.member(2), false);
                assertThat(connections(8)).isEqualTo(Map.of("1", 4, "2", 4));
                assertThat(echo(held, "on")).as(name).isEqualTo("on");
                await().atMost(PATIENCE).until(() -> next.taken().values().stream()
                        .mapToLong(Long::longValue).sum() == 33);
            }
        }
    }

    /** Killed is what a gateway is that is only closed; the packaged one is killed by VirtualAddressIT. */
    @Test
    void noConnectionIsLostAndNoneUncountedUnderLoad() throws IOException {
        Gateway first = gateway(three());
        try (Socket held = open(); Load load = new Load()) {
            name(held);
            load.awaitMore();
            first.close();
            load.awaitMore();
            try (Gateway next = Gateway.over(lab, three().spec(), kernel(listener()))) {
                next.awaitLeads("db", next.member(0), true);
                load.awaitMore();
                assertThat(echo(held, "on")).isEqualTo("on");
                int made = load.end() + 1;
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        next.taken().values().stream().mapToLong(Long::longValue).sum()
                                + first.listener().accepted() + next.listener().accepted())
                        .isEqualTo(made));
            }
        }
    }

    /** Connections one after the other until the end, none of which may fail. */
    private static final class Load implements AutoCloseable {

        private final AtomicBoolean over = new AtomicBoolean();
        private final AtomicInteger made = new AtomicInteger();
        private final CompletableFuture<Integer> all = CompletableFuture.supplyAsync(() -> {
            while (!over.get()) {
                connections(5).values().forEach(made::addAndGet);
            }
            return made.get();
        }, task -> Thread.ofPlatform().daemon().start(task));

        void awaitMore() {
            int before = made.get();
            await().atMost(PATIENCE).until(() -> all.isDone() || made.get() > before + 20);
        }

        /** How many there were. */
        int end() {
            over.set(true);
            return all.join();
        }

        @Override
        public void close() {
            over.set(true);
        }
    }

    @Test
    void anOrderlyStopLetsConnectionsFinishAndRemovesTheRules() throws IOException {
        Gateway gateway = gateway(three());
        Socket held = open();
        try (gateway) {
            assertThat(name(held)).isNotEmpty();
            var stopped = gateway.listeners.stop(Duration.ofMinutes(1));
            await().atMost(PATIENCE).untilAsserted(() -> assertThatThrownBy(() -> connections(1))
                    .hasCauseInstanceOf(ConnectException.class));
            assertThat(echo(held, "on")).isEqualTo("on");
            assertThat(stopped).isNotDone();
            held.close();
            assertThat(stopped).succeedsWithin(PATIENCE);
            assertThat(lab.gateway("nft", "list", "tables")).doesNotContain("headgate_test");
        } finally {
            held.close();
        }
    }

    @Test
    void theRulesStayWhereTheyAreToldTo() {
        try (Gateway gateway = Gateway.over(lab, true, three().spec(), kernel(listener()))) {
            gateway.awaitLeads("db", gateway.member(0), true);
            assertThat(gateway.listeners.stop(Duration.ofMinutes(1))).succeedsWithin(PATIENCE);
            assertThat(connections(4)).hasSize(3);
        }
    }

    @Test
    void twoProcessesDoNotHaveOneTable() {
        try (Gateway gateway = gateway(three())) {
            assertThatThrownBy(() -> Gateway.over(lab, three().spec(),
                    kernel(ListenerBuilder.tcp("other", new Address("0.0.0.0", PORT + 2), "pool"))))
                    .hasMessageContaining("another Headgate has the kernel's table headgate_test");
            assertThat(gateway.engine.state(gateway.listener()).active()).isTrue();
        }
    }

    @Test
    void rulesThatSomebodyRemovesComeBack() {
        try (Gateway gateway = gateway(three())) {
            lab.gateway("nft", "flush", "ruleset");
            assertThat(connections(4)).as("the socket serves meanwhile").hasSize(3);
            gateway.awaitLeads("db", gateway.member(0), true);
        }
    }

    /** Between two changes, nobody comes to the member that is down; during them, nobody is lost. */
    @Test
    void membersThatFlapGetConnectionsOnlyWhileTheyAreUp() {
        try (Gateway gateway = gateway(three()); Socket held = open()) {
            name(held);
            Load load = new Load();
            int each = Integer.getInteger("headgate.kernel.connections", 900) / 9;
            Map<String, Integer> all = new HashMap<>();
            for (int i = 0; i < 9; i++) {
                int down = i % 3;
                gateway.up(down, false);
                gateway.awaitLeads("db", gateway.member(down), false);
                Map<String, Integer> now = connections(each);
                assertThat(now).doesNotContainKey(Integer.toString(down + 1));
                assertThat(now.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(each);
                now.forEach((name, count) -> all.merge(name, count, Integer::sum));
                if (each >= 10_000) { // fewer say little, because others take their turns between them
                    int weights = down == 2 ? 2 : 3;
                    now.forEach((name, count) -> assertThat((double) count / each)
                            .isCloseTo((name.equals("3") ? 2.0 : 1.0) / weights, within(0.02)));
                }
                gateway.up(down, true);
                gateway.awaitLeads("db", gateway.member(down), true);
            }
            assertThat(load.end()).as("and none of these failed").isPositive();
            assertThat(all.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(each * 9);
            assertThat(echo(held, "on")).isEqualTo("on");
            assertThat(gateway.listener().accepted())
                    .as("a packet that meets a change may find neither rule, and is relayed")
                    .isLessThanOrEqualTo(2 * 2 * 9);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<MemberSpec> thousand(int network) {
        return IntStream.range(0, 1000).mapToObj(i -> MemberSpec.of(
                new Address("10." + network + "." + i / 250 + "." + (i % 250 + 1), MEMBER_PORT))).toList();
    }

    @Test
    void aThousandMembersChangeInOneTransaction(@TempDir Path folder) {
        ListenerSpec many = kernel(
                ListenerBuilder.tcp("many", new Address("0.0.0.0", PORT + 3), "many"));
        try (Gateway gateway = Gateway.over(lab, three().spec(), kernel(listener()), many);
                Transactions transactions = new Transactions(folder.resolve("events"));
                Load load = new Load()) {
            gateway.pools.apply(List.of(three().spec(), PoolBuilder.pool("many", thousand(88)).spec()));
            await().atMost(PATIENCE).until(() -> gateway.pick("many").contains("mod 1000 "));
            load.awaitMore();
            gateway.pools.apply(List.of(three().spec(), PoolBuilder.pool("many", thousand(89)).spec()));
            await().atMost(PATIENCE).until(() -> gateway.pick("many").contains("/10.89.3.250/"));
            assertThat(gateway.pick("many")).contains("mod 1000 ").doesNotContain("/10.88.");
            assertThat(transactions.count(" to/many/4/10.89.")).isEqualTo(1);
            assertThat(load.end()).isPositive();
        }
    }

    /** What has changed the gateway's table, as nft tells of it. */
    private static final class Transactions implements AutoCloseable {

        private final Path events;
        private final Process monitor;
        private int marks;

        Transactions(Path events) {
            this.events = events;
            monitor = lab.inGateway(() -> new ProcessBuilder("nft", "monitor")
                    .redirectOutput(events.toFile()).start());
        }

        /** How many had this in them. */
        int count(String part) {
            await().atMost(PATIENCE).until(() -> { // all before this has been told, too
                String mark = "mark" + marks++;
                lab.gateway("nft", "add", "table", "inet", mark);
                lab.gateway("nft", "delete", "table", "inet", mark);
                return Files.readString(events).contains("delete table inet " + mark);
            });
            try {
                return (int) Stream.of(Files.readString(events).split("# new generation", -1))
                        .filter(changes -> changes.contains(" headgate_test" + part)).count();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            monitor.destroyForcibly();
        }
    }

    @Test
    void aThousandMembersComeAndGo() {
        List<MemberSpec> members = thousand(88);
        try (Gateway gateway = gateway(PoolBuilder.pool("pool", members))) {
            await().atMost(PATIENCE).until(() -> gateway.pick("db").contains("mod 1000 "));
            gateway.pools.apply(List.of(PoolBuilder.pool("pool", members.subList(0, 500)).spec()));
            await().atMost(PATIENCE).until(() -> gateway.pick("db").contains("mod 500 "));
            assertThat(gateway.pick("db")).doesNotContain("/10.88.3.");
            gateway.pools.apply(List.of(three().spec()));
            gateway.awaitLeads("db", gateway.member(0), true);
            assertThat(connections(4)).hasSize(3);
        }
    }
}
