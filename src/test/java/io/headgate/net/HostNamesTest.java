package io.headgate.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostNamesTest {

    @ParameterizedTest
    @CsvSource({"shop.example.org, shop.example.org", "SHOP.Example.ORG, shop.example.org",
            "shop.example.org., shop.example.org", "Shop.example.org.:8080, shop.example.org:8080",
            "bücher.example, xn--bcher-kva.example", "BÜCHER.example:80, xn--bcher-kva.example:80",
            "[2001:DB8::1]:80, [2001:db8::1]:80", "., ."})
    void namesAreComparedInOneForm(String written, String normal) {
        assertThat(HostNames.normal(written)).isEqualTo(normal);
        assertThat(HostNames.normal(normal)).isSameAs(normal);
    }

    @Test
    void patternsKeepTheirVariables() {
        assertThat(HostNames.pattern("{Sub}.Example.ORG.")).isEqualTo("{Sub}.example.org");
        assertThat(HostNames.pattern("{Sub:[A-Z].x}.Bücher.ORG:80"))
                .isEqualTo("{Sub:(?i)[A-Z].x}.xn--bcher-kva.org:80");
        assertThat(HostNames.pattern("API-{Id:[A-Z]:x{2}}-V{v}.example.org"))
                .isEqualTo("api-{Id:(?i)[A-Z]:x{2}}-v{v}.example.org");
        assertThat(HostNames.pattern("**.UP.org")).isEqualTo("**.up.org");
    }

    @ParameterizedTest
    @CsvSource({"**.Shop.org, 11.shop.org", "{sub:[a-z]{2}.x}-A?.shop.*:{port}, 1-a1.shop.1:1", "*, 1"})
    void aPatternHasAHostThatItMayMatch(String pattern, String sample) {
        assertThat(HostNames.sample(pattern)).isEqualTo(sample);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " shop.example.org", "shop.example.org:443", "shop.*.org",
            "*shop.example.org",
            "a..b", "-a.org", "a/b", "http://a", "a b"})
    void whatNoHostCanBe(String text) {
        assertThat(HostNames.isName(text)).isFalse();
    }
}
