package io.headgate.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.NetUtil;
import java.math.BigInteger;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AddressSetTest {

    /** Against a list that is walked, over random networks that overlap and addresses near their edges. */
    @Test
    void containsWhatTheNaiveModelContains() throws UnknownHostException {
        Random random = new Random(61);
        int inside = 0;
        for (int round = 0; round < 300; round++) {
            List<byte[]> networks = new ArrayList<>();
            List<Integer> prefixes = new ArrayList<>();
            List<String> texts = new ArrayList<>();
            for (int i = random.nextInt(30); i > 0; i--) {
                int size = random.nextInt(3) == 0 ? 16 : 4;
                int prefix = random.nextInt(20) == 0 ? 0 : 1 + random.nextInt(size * 8);
                byte[] network = masked(address(random, size), prefix);
                networks.add(network);
                prefixes.add(prefix);
                texts.add(InetAddress.getByAddress(network).getHostAddress() + "/" + prefix);
            }
            AddressSet set = AddressSet.of(texts);
            assertThat(set.isEmpty()).isEqualTo(texts.isEmpty());
            for (int i = 0; i < 100; i++) {
                byte[] address = !networks.isEmpty() && random.nextBoolean()
                        ? flipped(networks.get(random.nextInt(networks.size())), random)
                        : address(random, random.nextBoolean() ? 4 : 16);
                boolean expected = false;
                for (int n = 0; n < networks.size(); n++) {
                    expected |= within(address, networks.get(n), prefixes.get(n));
                }
                InetAddress tried = InetAddress.getByAddress(address);
                assertThat(set.contains(tried)).as("%s in %s", tried, texts).isEqualTo(expected);
                inside += expected ? 1 : 0;
            }
        }
        assertThat(inside).as("addresses of 30000 that were inside").isBetween(3_000, 27_000);
    }

    @Test
    void aRuleLetsInWhatIsAllowedAndNotDenied() throws UnknownHostException {
        AddressRules rules = AddressRules.of(List.of("10.0.0.0/8"), List.of("10.1.0.0/16"));
        assertThat(rules.permits(InetAddress.ofLiteral("10.2.0.1"))).isTrue();
        assertThat(rules.permits(InetAddress.ofLiteral("10.1.0.1"))).isFalse();
        assertThat(rules.permits(InetAddress.ofLiteral("11.0.0.1"))).isFalse();
        assertThat(AddressRules.OPEN.permits(InetAddress.ofLiteral("::1"))).isTrue();
        assertThat(AddressRules.of(List.of(), List.of("::/0")).permits(InetAddress.ofLiteral("::1")))
                .isFalse();
        assertThat(AddressRules.of(List.of(), List.of("::/0")).permits(InetAddress.ofLiteral("1.1.1.1")))
                .isTrue();
    }

    @Test
    void anIpv4AddressMatchesInEitherForm() throws UnknownHostException {
        InetAddress plain = InetAddress.ofLiteral("10.1.2.3");
        InetAddress scoped = Inet6Address.getByAddress("", NetUtil.createByteArrayFromIpAddressString(
                "::ffff:10.1.2.3"), 1);
        assertThat(scoped).isInstanceOf(Inet6Address.class);
        for (String network : List.of("10.0.0.0/8", "::ffff:10.0.0.0/104", "10.1.2.3", "::ffff:10.1.2.3")) {
            AddressRules denied = AddressRules.of(List.of(), List.of(network));
            assertThat(denied.permits(plain)).as(network).isFalse();
            assertThat(denied.permits(scoped)).as(network).isFalse();
            assertThat(denied.permits(InetAddress.ofLiteral("11.1.2.3"))).as(network).isTrue();
            assertThat(AddressRules.of(List.of(network), List.of()).permits(plain)).as(network).isTrue();
        }
    }

    /** Few different bits, so that networks and addresses meet; never an IPv4 address in IPv6's clothes. */
    private static byte[] address(Random random, int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (random.nextInt(4) << 6 | random.nextInt(2));
        }
        if (size == 16) {
            bytes[0] = 0x20;
        }
        return bytes;
    }

    private static byte[] flipped(byte[] network, Random random) {
        byte[] bytes = network.clone();
        int bit = random.nextInt(bytes.length * 8);
        bytes[bit / 8] ^= (byte) (1 << bit % 8);
        return bytes;
    }

    private static byte[] masked(byte[] address, int prefix) {
        byte[] bytes = address.clone();
        for (int bit = prefix; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] &= (byte) ~(0x80 >> bit % 8);
        }
        return bytes;
    }

    private static boolean within(byte[] address, byte[] network, int prefix) {
        int rest = network.length * 8 - prefix;
        return address.length == network.length && new BigInteger(1, address).shiftRight(rest)
                .equals(new BigInteger(1, network).shiftRight(rest));
    }
}
