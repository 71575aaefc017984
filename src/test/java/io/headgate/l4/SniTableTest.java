package io.headgate.l4;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.l4.ClientHello.Hello;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SniTableTest {

    private final SniTable table = new SniTable(List.of(rule("any", "*"), rule("org", "*.example.org"),
            rule("eu", "*.EU.example.org"), rule("db", "db.eu.example.org"),
            new SniRule(List.of("web.example.org"), List.of("h2", "h3"), "web-h2"),
            rule("web", "web.example.org")));

    @ParameterizedTest
    @CsvSource({"db.eu.example.org, db", "x.eu.example.org, eu", "a.b.eu.example.org, eu",
            "x.example.org, org", "eu.example.org, org", "example.org, any", "other, any", ", any"})
    void theMostSpecificNameCounts(String name, String pool) {
        assertThat(table.pool(new Hello(name, List.of()))).isEqualTo(pool);
    }

    @Test
    void protocolsNarrowAName() {
        assertThat(table.pool(new Hello("web.example.org", List.of("http/1.1", "h2")))).isEqualTo("web-h2");
        assertThat(table.pool(new Hello("web.example.org", List.of("http/1.1")))).isEqualTo("web");
    }

    @Test
    void withoutACatchAllAStrangerHasNoPool() {
        SniTable strict = new SniTable(List.of(rule("org", "*.example.org")));
        assertThat(strict.pool(new Hello("example.com", List.of()))).isNull();
        assertThat(strict.pool(new Hello(null, List.of()))).isNull();
    }

    private static SniRule rule(String pool, String name) {
        return new SniRule(List.of(name), List.of(), pool);
    }
}
