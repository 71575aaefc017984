package io.headgate.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.net.EventLoops;
import io.headgate.net.ResponsiveFirst;
import io.headgate.net.Transport;
import io.headgate.pool.Address;
import io.headgate.pool.Attempt;
import io.headgate.pool.Availability;
import io.headgate.pool.Clock;
import io.headgate.pool.Held;
import io.headgate.pool.Member;
import io.headgate.pool.MemberSpec;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pool;
import io.headgate.pool.PoolSpec;
import io.headgate.pool.Pools;
import io.headgate.pool.RandomSource;
import io.headgate.testing.PoolBuilder;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.resolver.dns.DnsServerAddresses;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.cloud.client.DefaultServiceInstance;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.ReactiveDiscoveryClient;
import reactor.core.publisher.Flux;

class DiscoveryTest {

    private static final SourceSpec WEB = new SourceSpec.Dns(new Address("web.test", 8080));
    private static final SourceSpec SRV = new SourceSpec.Srv("_http._tcp.web.test");
    private static final SourceSpec SERVICE = new SourceSpec.Service("web");
    /** The zone's records live for 0 or 100 s, so that one bound or the other decides. */
    private static final Pace PACE = new Pace(Duration.ofMillis(50), Duration.ofSeconds(100));

    private final EventLoops loops = new EventLoops(Transport.best(), 1);
    private final Pools pools = new Pools(Clock.SYSTEM, RandomSource.THREAD_LOCAL, (member, outcome) -> {
    });
    private final FakeClient client = new FakeClient();
    private final Queue<String> heard = new ConcurrentLinkedQueue<>();

    @SuppressWarnings("NullAway.Init")
    private TestNameServer server;
    @SuppressWarnings("NullAway.Init")
    private Discovery discovery;

    @BeforeEach
    void start() throws InterruptedException {
        server = new TestNameServer(loops);
        discovery = discovery(server.servers());
    }

    @AfterEach
    void close() {
        discovery.close();
        server.close();
        loops.close();
    }

    @Test
    void everyAddressOfANameIsAMemberAndChangesAreFollowed() {
        server.addresses("web.test", 0, "10.0.0.1", "10.0.0.2");
        find(WEB);
        awaitMembers("10.0.0.1:8080", "10.0.0.2:8080");
        server.addresses("web.test", 0, "10.0.0.2", "fd00::3");
        awaitMembers("10.0.0.2:8080", "[fd00::3]:8080");
    }

    @Test
    void recordsAreNotAskedForAgainWhileTheyLive() {
        server.addresses("web.test", 100, "10.0.0.1");
        find(WEB);
        awaitMembers("10.0.0.1:8080");
        int asked = server.asked();
        server.addresses("web.test", 100, "10.0.0.2");
        await().during(Duration.ofMillis(400)).until(() -> server.asked() == asked);
        discovery.refresh();
        awaitMembers("10.0.0.2:8080");
    }

    @Test
    void aNameServerThatFailsOrForgetsTheNameTakesNobodyAway() {
        server.addresses("web.test", 0, "10.0.0.1");
        find(WEB);
        awaitMembers("10.0.0.1:8080");
        server.fail(DnsResponseCode.SERVFAIL);
        awaitTrouble(true);
        assertThat(members()).containsExactly("10.0.0.1:8080");
        server.fail(null);
        awaitTrouble(false);
        server.forget("web.test");
        awaitTrouble(true);
        assertThat(members()).containsExactly("10.0.0.1:8080");
        server.addresses("web.test", 0);
        assertThat(members()).containsExactly("10.0.0.1:8080");
        server.addresses("web.test", 0, "10.0.0.2");
        awaitMembers("10.0.0.2:8080");
        awaitTrouble(false);
    }

    @Test
    void aFailureForOneFamilyTakesNoMemberOfTheOtherNorItsOwn() {
        server.addresses("web.test", 0, "10.0.0.1", "fd00::1");
        find(WEB);
        awaitMembers("10.0.0.1:8080", "[fd00::1]:8080");
        server.fail(DnsRecordType.AAAA, DnsResponseCode.SERVFAIL);
        server.addresses("web.test", 0, "10.0.0.2", "fd00::1");
        awaitMembers("10.0.0.2:8080", "[fd00::1]:8080");
        server.fail(null);
        server.addresses("web.test", 0, "10.0.0.2");
        awaitMembers("10.0.0.2:8080");
    }

    @Test
    void aServerThatDoesNotAnswerLeavesThePoolUnsettledUntilItIsKnownToFail() {
        server.silent(true);
        server.addresses("web.test", 0, "10.0.0.1");
        find(WEB);
        assertThat(discovery.settled()).isFalse();
        server.silent(false);
        discovery.refresh();
        await().atMost(Duration.ofSeconds(20)).until(discovery::settled);
        awaitMembers("10.0.0.1:8080");
    }

    @Test
    void aTruncatedAnswerThatCannotBeHadByTcpIsNotBelieved() {
        server.addresses("web.test", 0, "10.0.0.1", "10.0.0.2", "10.0.0.3");
        find(WEB);
        awaitMembers("10.0.0.1:8080", "10.0.0.2:8080", "10.0.0.3:8080");
        server.truncate(1);
        awaitTrouble(true);
        assertThat(trouble()).contains("truncated");
        assertThat(members()).hasSize(3);
        server.truncate(3);
        awaitTrouble(false);
    }

    @Test
    void aTruncatedAnswerIsAskedForAgainByTcp() throws InterruptedException {
        server.listen();
        server.truncate(1);
        server.addresses("web.test", 0, "10.0.0.1", "10.0.0.2", "10.0.0.3");
        find(WEB);
        awaitMembers("10.0.0.1:8080", "10.0.0.2:8080", "10.0.0.3:8080");
        assertThat(trouble()).isNull();
    }

    @Test
    void truncatedServiceRecordsAreNotBelievedEither() throws InterruptedException {
        server.services("_http._tcp.web.test", 0, "10 5 8080 a.web.test", "10 1 8081 b.web.test");
        find(SRV);
        awaitMembers("a.web.test:8080", "b.web.test:8081");
        server.truncate(1);
        awaitTrouble(true);
        assertThat(trouble()).contains("truncated");
        assertThat(members()).hasSize(2);
        server.listen();
        awaitTrouble(false);
        assertThat(members()).hasSize(2);
    }

    @Test
    void bothFamiliesAreAskedForAtOnceAndTheSlowOneHoldsUpNothing() {
        discovery.close();
        discovery = discovery(new NameServers(server.servers().servers(), 60_000));
        server.addresses("web.test", 100, "10.0.0.1", "fd00::1");
        server.hold(DnsRecordType.AAAA);
        find(WEB);
        awaitMembers("10.0.0.1:8080");
        server.answerWhatWasHeld();
        awaitMembers("10.0.0.1:8080", "[fd00::1]:8080");
        server.hold(DnsRecordType.A);
        server.addresses("web.test", 0, "10.0.0.1", "fd00::2");
        discovery.refresh();
        awaitMembers("10.0.0.1:8080", "[fd00::2]:8080");
        server.addresses("web.test", 0, "10.0.0.1", "fd00::3"); // while the question for A is under way
        awaitMembers("10.0.0.1:8080", "[fd00::3]:8080");
        server.answerWhatWasHeld();
    }

    @Test
    void aFamilyThatIsLateAndDiffersEachTimeIsNotAskedForWithoutPause() {
        discovery.close();
        discovery = discovery(new NameServers(server.servers().servers(), 60_000));
        AtomicInteger answers = new AtomicInteger();
        server.addresses("web.test", 100, "10.0.0.1");
        server.late(DnsRecordType.AAAA, () -> server.addresses("web.test", 100, "10.0.0.1",
                "fd00::" + answers.incrementAndGet()));
        find(WEB);
        awaitMembers("10.0.0.1:8080", "[fd00::1]:8080");
        await().during(Duration.ofSeconds(2)).until(() -> server.asked() <= 4); // two rounds
    }

    @Test
    void aSilentNameServerIsAskedLastFromThenOn() throws InterruptedException {
        try (TestNameServer silent = new TestNameServer(loops)) {
            silent.silent(true);
            discovery.close();
            discovery = discovery(new NameServers(new ResponsiveFirst(
                    host -> DnsServerAddresses.sequential(silent.address(), server.address()).stream()),
                    1_000));
            for (int i = 1; i <= 8; i++) {
                server.addresses("web.test", 0, "10.0.0." + i);
                if (i == 1) {
                    find(WEB);
                }
                awaitMembers("10.0.0." + i + ":8080");
            }
            assertThat(silent.asked()).isBetween(2, 8); // else two for each of the changes at least
        }
    }

    @Test
    void theTroubleNamesTheServerAndWhatItDid() {
        discovery.close();
        discovery = discovery(new NameServers(server.servers().servers(), 100));
        server.silent(true);
        find(WEB);
        awaitTrouble(true);
        assertThat(trouble()).contains("name server 127.0.0.1:" + server.address().getPort()
                + " did not answer in time");
        server.silent(false);
        server.fail(DnsResponseCode.SERVFAIL);
        await().atMost(Duration.ofSeconds(15))
                .until(() -> String.valueOf(trouble()).contains("the name server said ServFail"));
    }

    @Test
    void theListenerHearsOfEverySourceAndItsTrouble() {
        server.addresses("web.test", 0, "10.0.0.1");
        find(WEB);
        awaitMembers("10.0.0.1:8080");
        assertThat(heard).containsExactly("web dns web.test:8080 false");
        server.fail(DnsResponseCode.SERVFAIL);
        awaitTrouble(true);
        server.fail(null);
        awaitTrouble(false);
        apply(spec(), null);
        assertThat(heard).containsExactly("web dns web.test:8080 false", "web dns web.test:8080 true",
                "web dns web.test:8080 false", "web dns web.test:8080 closed");
    }

    @Test
    void serviceRecordsBringPortPriorityAndWeight() {
        server.services("_http._tcp.web.test", 0, "10 5 8080 a.web.test", "10 1 8081 b.web.test",
                "20 1 8082 c.web.test");
        find(SRV);
        awaitMembers("a.web.test:8080", "b.web.test:8081", "c.web.test:8082");
        assertThat(pool().members()).extracting(Member::weight).containsExactly(5, 1, 1);
        assertThat(pool().members()).extracting(m -> m.spec().backup()).containsExactly(false, false, true);
        Member kept = pool().members().getFirst();
        server.services("_http._tcp.web.test", 0, "10 7 8080 a.web.test", "10 1 8081 b.web.test");
        awaitMembers("a.web.test:8080", "b.web.test:8081");
        assertThat(pool().members().getFirst()).isSameAs(kept);
        assertThat(kept.weight()).isEqualTo(7);
        server.services("_http._tcp.web.test", 0, "0 0 0 .");
        awaitTrouble(true);
        assertThat(discovery.status().getFirst().discovered().trouble()).contains("not available");
        assertThat(members()).hasSize(2);
    }

    @Test
    void instancesOfAServiceAreMembersWithTheirWeightAndZone() {
        client.answer.set(Flux.just(instance("10.0.0.1", Map.of("weight", "3", "zone", "eu-1")),
                instance("10.0.0.2", Map.of("weight", "much"))));
        find(SERVICE);
        awaitMembers("10.0.0.1:8080", "10.0.0.2:8080");
        assertThat(pool().members().getFirst().spec()).isEqualTo(
                new MemberSpec("10.0.0.1:8080", new Address("10.0.0.1", 8080), 3, 7, false, "eu-1"));
        client.answer.set(Flux.error(new IllegalStateException("registry is down")));
        discovery.refresh();
        awaitTrouble(true);
        assertThat(members()).hasSize(2);
        client.answer.set(Flux.empty());
        discovery.refresh();
        await().until(
                () -> "web has no instance".equals(discovery.status().getFirst().discovered().trouble()));
        assertThat(members()).hasSize(2);
    }

    @Test
    void configuredMembersStayAndComeFirst() {
        server.addresses("web.test", 0, "10.0.0.1", "10.0.0.2");
        MemberSpec own = new MemberSpec("mine", new Address("10.0.0.2", 8080), 9, 0, false, null);
        apply(spec(own), new DiscoverySpec(List.of(WEB), PACE, 0));
        awaitMembers("mine", "10.0.0.1:8080");
    }

    @Test
    void aMemberThatVanishesIsDrainedNotCut() {
        server.addresses("web.test", 0, "10.0.0.1");
        find(WEB);
        awaitMembers("10.0.0.1:8080");
        Attempt busy = Held.in(pool());
        server.addresses("web.test", 0, "10.0.0.2");
        await().until(() -> busy.member().availability() == Availability.LEAVING);
        assertThat(pool().members()).contains(busy.member());
        busy.release(Outcome.OK);
        pools.sweep();
        assertThat(members()).containsExactly("10.0.0.2:8080");
    }

    @Test
    void aReloadKeepsWhatWasFound() {
        server.addresses("web.test", 100, "10.0.0.1");
        find(WEB);
        awaitMembers("10.0.0.1:8080");
        Member before = pool().members().getFirst();
        server.silent(true);
        find(WEB);
        assertThat(pool().members()).containsExactly(before);
        apply(spec(), new DiscoverySpec(List.of(WEB), Pace.DEFAULT, 5));
        assertThat(pool().members()).containsExactly(before);
        assertThat(before.spec().maxConnections()).isEqualTo(5);
        apply(spec(), null);
        assertThat(pool().members()).isEmpty();
        assertThat(discovery.status()).isEmpty();
    }

    private Discovery discovery(NameServers servers) {
        return new Discovery(new Sources(loops, servers, client), Clock.SYSTEM, pools, new SourceListener() {
            @Override
            public void sourceChanged(String pool, SourceSpec source, boolean failing) {
                heard.add(pool + " " + source + " " + failing);
            }

            @Override
            public void sourceClosed(String pool, SourceSpec source) {
                heard.add(pool + " " + source + " closed");
            }
        });
    }

    private @Nullable String trouble() {
        return discovery.status().getFirst().discovered().trouble();
    }

    private void find(SourceSpec source) {
        apply(spec(), new DiscoverySpec(List.of(source), PACE, 7));
    }

    private void apply(PoolSpec spec, @Nullable DiscoverySpec found) {
        discovery.apply(found == null ? Map.of() : Map.of("web", found), Map.of("web", spec), pools::apply);
    }

    private static PoolSpec spec(MemberSpec... members) {
        return PoolBuilder.pool("web", members).spec();
    }

    private Pool pool() {
        return pools.find("web").orElseThrow();
    }

    private List<String> members() {
        return pool().members().stream().map(Member::id).toList();
    }

    private void awaitMembers(String... ids) {
        await().atMost(Duration.ofSeconds(15)).pollInterval(Duration.ofMillis(10)).untilAsserted(() -> {
            pools.sweep();
            assertThat(members()).containsExactly(ids);
        });
    }

    private void awaitTrouble(boolean trouble) {
        await().atMost(Duration.ofSeconds(15)).pollInterval(Duration.ofMillis(10))
                .until(() -> (discovery.status().getFirst().discovered().trouble() != null) == trouble);
    }

    private static ServiceInstance instance(String host, Map<String, String> metadata) {
        return new DefaultServiceInstance(host, "web", host, 8080, false, metadata);
    }

    private static final class FakeClient implements ReactiveDiscoveryClient {

        private final AtomicReference<Flux<ServiceInstance>> answer = new AtomicReference<>(Flux.empty());

        @Override
        public String description() {
            return "fake";
        }

        @Override
        public Flux<ServiceInstance> getInstances(String serviceId) {
            return Flux.defer(answer::get);
        }

        @Override
        public Flux<String> getServices() {
            return Flux.just("web");
        }
    }
}
