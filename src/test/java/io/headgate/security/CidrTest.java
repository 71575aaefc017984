package io.headgate.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {

    @ParameterizedTest
    @CsvSource({"10.0.0.0/8, 4, 8", "10.1.2.3, 4, 32", "0.0.0.0/0, 4, 0", "2001:db8::/32, 16, 32",
            "::1, 16, 128", "::/0, 16, 0", "192.168.0.1/32, 4, 32"})
    void readsNetworksAndAddresses(String text, int bytes, int prefix) {
        Cidr cidr = Cidr.parse(text);
        assertThat(cidr.network()).hasSize(bytes);
        assertThat(cidr.prefix()).isEqualTo(prefix);
    }

    @ParameterizedTest
    @CsvSource({"::ffff:10.1.2.3, 10.1.2.3/32", "::ffff:10.0.0.0/104, 10.0.0.0/8",
            "::ffff:a00:0/104, 10.0.0.0/8", "0:0:0:0:0:ffff:0a01:0203/128, 10.1.2.3/32",
            "::ffff:0:0/96, 0.0.0.0/0"})
    void anIpv4NetworkInIpv6FormIsTheIpv4Network(String text, String same) {
        assertThat(Cidr.parse(text)).usingRecursiveComparison().isEqualTo(Cidr.parse(same));
    }

    @ParameterizedTest
    @ValueSource(strings = {"::a01:203", "::fffe:a01:203", "::1:ffff:a01:203", "::/95", "64:ff9b::a01:203"})
    void otherIpv6NetworksStayIpv6(String text) {
        assertThat(Cidr.parse(text).network()).hasSize(16);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/8/8", "10.0.0/8", "host",
            "::1/129", "fe80::1%eth0", "10.0.0.0/ 8", "10.0.0.0/08x", "/8"})
    void anythingElseIsRefusedWithWhatWasExpected(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Cidr.parse(text))
                .withMessage(text + " (expected: an IP address or a network such as 10.0.0.0/8)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1/8", "2001:db8::1/32", "128.0.0.0/0",
            "::ffff:10.0.0.1/104"})
    void bitsBeyondThePrefixAreAMistake(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Cidr.parse(text))
                .withMessageContaining("(expected: no bits set beyond the prefix");
    }
}
