package io.headgate.admin.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.config.properties.ManagementProperties;
import io.headgate.testing.LogLines;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

class CredentialsTest {

    @Test
    void withoutAConfiguredPasswordOneIsMadeAndToldOnce() {
        try (LogLines log = new LogLines("headgate.admin")) {
            Credentials credentials = Credentials.of(new ManagementProperties("ops", null, null, List.of()));
            assertThat(credentials.user()).isEqualTo("ops");
            assertThat(log.lines()).hasSize(1);
            Matcher told = Pattern.compile("password: (\\S{24})").matcher(log.lines().getFirst());
            assertThat(told.find()).isTrue();
            assertThat(new BCryptPasswordEncoder().matches(told.group(1), credentials.hash())).isTrue();
            assertThat(Credentials.of(new ManagementProperties("ops", null, null, List.of())).hash())
                    .isNotEqualTo(credentials.hash());
        }
    }

    @Test
    void aConfiguredPasswordIsNotTold() {
        try (LogLines log = new LogLines("headgate.admin")) {
            String hash = new BCryptPasswordEncoder(4).encode("secret");
            ManagementProperties configured = new ManagementProperties("ops", "{bcrypt}" + hash, null,
                    List.of());
            assertThat(Credentials.of(configured)).isEqualTo(new Credentials("ops", hash));
            assertThat(log.lines()).isEmpty();
            assertThat(configured.toString()).doesNotContain(hash);
        }
    }
}
