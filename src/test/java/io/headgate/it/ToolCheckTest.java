package io.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

class ToolCheckTest {

    @Test
    void skipsVisiblyWhereAProgramIsMissing() {
        assertThatThrownBy(() -> ToolCheck.missing("nginx", false)).isInstanceOf(TestAbortedException.class)
                .hasMessage("skipped: nginx is not installed");
    }

    @Test
    void failsWhereRealServersAreRequired() {
        assertThatThrownBy(() -> ToolCheck.missing("nginx", true)).isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("nginx is not installed");
    }

    @Test
    void findsWhatIsInstalledAndNothingElse() {
        assertThat(Tool.find("sh")).isPresent();
        assertThat(Tool.find("no-such-program")).isEmpty();
    }
}
