package io.headgate.config.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalysis;

class InvalidConfigurationFailureAnalyzerTest {

    @Test
    void theReportNamesEachFaultAndWhatToDo() {
        FailureAnalysis analysis = Objects.requireNonNull(new InvalidConfigurationFailureAnalyzer().analyze(
                new InvalidConfigurationException(List.of(new Fault("a.b", "1", "2", "Write 2.", "x.yml:1:2"),
                        new Fault("c", "", "something", "Say it.", null)))));
        assertThat(analysis.getDescription()).isEqualTo("""
                The configuration has 2 faults:

                  - a.b: 1 (expected: 2) [x.yml:1:2]
                  - c:  (expected: something)""");
        assertThat(analysis.getAction()).isEqualTo("  - a.b: Write 2.\n  - c: Say it.");
    }
}
