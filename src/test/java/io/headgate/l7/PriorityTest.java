package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PriorityTest {

    @Test
    void aRouteIsNormalUnlessItsMetadataSaysOtherwise() {
        assertThat(Priority.of(Map.of())).isEqualTo(Priority.NORMAL);
        assertThat(Priority.of(Map.of("priority", "critical"))).isEqualTo(Priority.CRITICAL);
        assertThat(Priority.of(Map.of("priority", "sheddable"))).isEqualTo(Priority.SHEDDABLE);
        assertThat(Priority.of(Map.of("priority", 5))).as("somebody's own").isEqualTo(Priority.NORMAL);
        assertThat(Priority.parse("Critical")).isEmpty();
    }
}
