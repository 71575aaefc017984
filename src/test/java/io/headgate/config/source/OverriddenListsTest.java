package io.headgate.config.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.headgate.pool.Member;
import io.headgate.pool.Pools;
import io.headgate.testing.TestGateway;
import org.junit.jupiter.api.Test;

/** A list on the command line takes the place of the file's, whatever form its elements have. */
class OverriddenListsTest {

    private static final String FILE = """
            headgate:
              pools:
                web:
                  members:
                    - { id: one, address: "127.0.0.1:1", weight: 2 }
                    - { id: two, address: "127.0.0.1:2", weight: 2 }
                  health: { check: none }
            """;

    @Test
    void whatTheFileSaysOfTheListIsNotReadAndNoMistake() {
        try (TestGateway gateway = TestGateway.start(FILE, "--headgate.pools.web.members[0].id=other",
                "--headgate.pools.web.members[0].address=127.0.0.1:3")) {
            assertThat(gateway.bean(Pools.class).find("web").orElseThrow().members())
                    .extracting(Member::id, Member::weight)
                    .containsExactly(tuple("other", 1));
        }
    }

    @Test
    void anUnknownKeyInAListThatIsReadIsAMistake() {
        assertThatThrownBy(() -> TestGateway.start(FILE.replace("weight", "wieght")).close())
                .hasStackTraceContaining("headgate.pools.web.members[0].wieght");
    }
}
