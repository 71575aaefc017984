package io.headgate.acme;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.acme.Authority.Window;
import io.headgate.testing.TestAuthority;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RenewalTimeTest {

    private static final X509Certificate CERTIFICATE = TestAuthority.ours()
            .issue("one.example.org", "two.example.org").getCertificate();

    @Test
    void aCertificateIsRenewedWhenTwoThirdsOfItsLifeAreOver() {
        Instant from = CERTIFICATE.getNotBefore().toInstant();
        Duration life = Duration.between(from, CERTIFICATE.getNotAfter().toInstant());
        assertThat(RenewalTime.of(CERTIFICATE, null)).isEqualTo(from.plus(life.multipliedBy(2).dividedBy(3)));
    }

    @Test
    void theAuthoritysSuggestionComesFirstAndEveryReplicaTakesTheSameMoment() {
        Instant start = Instant.parse("2030-01-01T00:00:00Z");
        Instant end = start.plus(Duration.ofDays(2));
        Instant moment = RenewalTime.of(CERTIFICATE, new Window(start, end));
        assertThat(moment).isBetween(start, end)
                .isEqualTo(RenewalTime.of(CERTIFICATE, new Window(start, end)));
    }

    @Test
    void aCertificateThatLacksANameIsNotEnough() {
        assertThat(RenewalTime.covers(CERTIFICATE, List.of("two.example.org"))).isTrue();
        assertThat(RenewalTime.covers(CERTIFICATE, List.of("two.example.org", "three.example.org")))
                .isFalse();
    }
}
