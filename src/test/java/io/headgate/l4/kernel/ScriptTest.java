package io.headgate.l4.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.headgate.pool.Buckets;
import io.headgate.testing.NetworkLab;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ScriptTest {

    private static final int PLANS = Integer.getInteger("headgate.kernel.plans", 60);

    private final Random random = new Random(7);

    private static InetAddress address(boolean ipv6, int number) {
        byte[] bytes = new byte[ipv6 ? 16 : 4];
        bytes[0] = (byte) (ipv6 ? 0x20 : 10);
        bytes[bytes.length - 2] = (byte) (number >> 8);
        bytes[bytes.length - 1] = (byte) number;
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static Service service(String name, int members, @Nullable Buckets buckets) {
        return new Service(name, false, false, null, 5432, 5432, false, false, List.of(), List.of(),
                Duration.ofMinutes(5), Duration.ofMinutes(5), Duration.ZERO, false,
                IntStream.rangeClosed(1, members).mapToObj(i -> new Target(address(false, i), 9000)).toList(),
                buckets);
    }

    private static Buckets inTurn(Integer... owners) {
        return new Buckets(Buckets.Draw.IN_TURN, List.of(owners));
    }

    @Test
    void aChangeSendsOnlyWhatIsDifferent() {
        Service one = service("one", 2, inTurn(0, 1));
        Service two = service("two", 2, inTurn(0, 1));
        assertThat(Script.change("t", List.of(one, two), List.of(one, two))).isEmpty();
        assertThat(Script.change("t", List.of(one, two), List.of(one, service("two", 2, inTurn(1)))))
                .isEqualTo("""
                        add chain inet t pick/two/4
                        flush chain inet t pick/two/4
                        add rule inet t pick/two/4 ct timeout set "tcp4/300/300"
                        add rule inet t pick/two/4 goto to/two/4/10.0.0.2/9000
                        """);
    }

    @Test
    void aMemberThatIsGoneIsRemovedAfterNothingLeadsToItAnyMore() {
        assertThat(Script.change("t", List.of(service("db", 2, inTurn(0, 1))),
                List.of(service("db", 1, inTurn(0))))).endsWith("""
                        add rule inet t pick/db/4 goto to/db/4/10.0.0.1/9000
                        flush chain inet t to/db/4/10.0.0.2/9000
                        delete chain inet t to/db/4/10.0.0.2/9000
                        delete counter inet t to/db/4/10.0.0.2/9000
                        """);
    }

    @Test
    void whatAnotherProcessHasLeftStaysWhileMembersAreUnknown() {
        Set<String> left = Set.of("services", "pick/db/4", "to/db/4/10.0.0.9/9000", "pick/old/4");
        String whole = Script.whole("t", List.of(service("db", 2, null)), left,
                Set.of("to/db/4/10.0.0.9/9000"),
                Set.of("to/db/4/10.0.0.9/9000", "to/old/4/10.0.0.9/9000"));
        assertThat(whole).contains("add element inet t any4 { tcp . 5432 : goto pick/db/4 }")
                .contains("delete chain inet t pick/old/4").doesNotContain("delete chain inet t pick/db/4")
                .contains("delete set inet t to/old/4/10.0.0.9/9000").doesNotContain("to/db/4/10.0.0.9");
    }

    /** Somebody with one network of IPv6 would otherwise fill what a member may remember. */
    @Test
    void clientsOfIpv6PersistByTheirNetwork() {
        Service six = new Service("db", true, false, null, 5432, 5432, false, false, List.of(), List.of(),
                Duration.ofMinutes(5), Duration.ofMinutes(5), Duration.ofMinutes(10), false,
                IntStream.rangeClosed(1, 2).mapToObj(i -> new Target(address(true, i), 9000)).toList(),
                inTurn(0, 1));
        assertThat(Script.change("t", List.of(), List.of(six))).contains(
                " { ip6 saddr & ffff:ffff:ffff:ffff:: timeout 600s }",
                "pick/db/6 ip6 saddr & ffff:ffff:ffff:ffff:: @to/db/6/", "numgen inc mod 2")
                .doesNotContain("ip6 saddr timeout", "ip6 saddr @");
    }

    /** Every plan, and every way from one to the next. */
    @Test
    void theKernelAcceptsWhateverIsWritten() {
        NetworkLab.assume();
        List<Service> before = List.of();
        for (int i = 0; i < PLANS; i++) {
            List<Service> next = plan();
            String text = Script.whole("headgate_fuzz", before, Set.of(), Set.of(), Set.of())
                    + Script.change("headgate_fuzz", before, next);
            assertThatCode(() -> Nft.check(text)).as(text).doesNotThrowAnyException();
            before = next;
        }
    }

    private List<Service> plan() {
        Map<String, Service> services = new LinkedHashMap<>();
        Set<Integer> ports = new HashSet<>();
        for (int i = random.nextInt(5); i >= 0; i--) {
            Service service = random(Integer.toString(random.nextInt(8)), ports);
            services.put(service.chain(), service);
        }
        return List.copyOf(services.values());
    }

    private Service random(String name, Set<Integer> ports) {
        boolean ipv6 = random.nextBoolean();
        int first = 1 + random.nextInt(60_000);
        int last = random.nextInt(4) == 0 ? first + random.nextInt(1000) : first;
        boolean free = IntStream.rangeClosed(first, last).noneMatch(ports::contains);
        IntStream.rangeClosed(first, last).forEach(ports::add);
        List<Target> targets = IntStream.range(0, 1 + random.nextInt(random.nextInt(5) == 0 ? 200 : 5))
                .mapToObj(i -> new Target(address(ipv6, 1 + i), 1 + random.nextInt(65_535))).toList();
        int size = random.nextInt(4) == 0 ? random.nextInt(2000) : random.nextInt(5);
        List<Integer> owners = new ArrayList<>(
                random.ints(size, 0, targets.size()).boxed().toList());
        Buckets.Draw draw = List.copyOf(EnumSet.allOf(Buckets.Draw.class)).get(random.nextInt(3));
        if (draw == Buckets.Draw.AT_RANDOM) {
            owners.sort(null);
        }
        return new Service(free ? name : name + "-" + first, ipv6, random.nextBoolean(),
                free && random.nextBoolean() ? null : address(ipv6, 5000 + ports.size()), first, last,
                random.nextBoolean(), random.nextBoolean(), networks(ipv6), networks(ipv6),
                Duration.ofSeconds(random.nextInt(2_000_000)), Duration.ofMillis(random.nextInt(5000)),
                random.nextBoolean() ? Duration.ZERO : Duration.ofMillis(random.nextInt(2_000_000)),
                random.nextBoolean(), targets,
                new Buckets(draw, owners));
    }

    private List<String> networks(boolean ipv6) {
        Set<String> networks = new HashSet<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            int number = random.nextInt(256);
            networks.add(switch (random.nextInt(3)) {
                case 0 -> ipv6 ? "2001:db8:" + number + ":0:0:0:0:0/48" : "10." + number + ".0.0/16";
                case 1 -> ipv6 ? "fd00:0:0:0:0:0:0:" + number + "/128" : "192.168.7." + number + "/32";
                default -> ipv6 ? "fe00:0:0:0:0:0:0:0/7" : "172.16.0.0/12";
            });
        }
        return networks.stream().sorted().toList();
    }
}
