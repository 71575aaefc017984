package io.headgate.config.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.config.fault.Fault;
import io.headgate.config.fault.Faults;
import io.headgate.l7.ClientRule;
import io.headgate.l7.Strictness;
import java.util.List;
import org.junit.jupiter.api.Test;

class StrictnessCompilerTest {

    private final Faults faults = new Faults(property -> null);

    private Strictness compile(List<String> relaxed, List<String> reportOnly) {
        return StrictnessCompiler.compile("headgate.client", relaxed, reportOnly, faults);
    }

    @Test
    void rulesAreKnownByTheirNames() {
        Strictness strictness = compile(List.of("delimiters"), List.of("lone-percent", "delimiters"));
        assertThat(faults.found()).isEmpty();
        assertThat(strictness.serves(ClientRule.DELIMITERS)).isTrue();
        assertThat(strictness.reports(ClientRule.DELIMITERS)).as("relaxed is enough").isFalse();
        assertThat(strictness.reports(ClientRule.LONE_PERCENT)).isTrue();
        assertThat(strictness.serves(ClientRule.BROWSER_CHARACTERS)).isFalse();
    }

    @Test
    void allAreThoseThatCanBeServedSafely() {
        assertThat(compile(List.of(), List.of("all")).reportOnly())
                .containsExactlyInAnyOrderElementsOf(ClientRule.thatCanBeRelaxed());
    }

    @Test
    void whatCannotBeServedSafelyIsAFault() {
        compile(List.of("all", "dot-segments"), List.of("framing", "frming"));
        assertThat(faults.found()).extracting(Fault::toString).satisfiesExactly(
                all -> assertThat(all).startsWith("headgate.client.relaxed[0]: all (expected: one of "
                        + "browser-characters, delimiters, lone-percent, beyond-ascii)"),
                dots -> assertThat(dots)
                        .startsWith("headgate.client.relaxed[1]: dot-segments (expected: one of "),
                framing -> assertThat(framing).contains("headgate.client.report-only[0]: framing",
                        ", or all)"),
                typo -> assertThat(typo)
                        .startsWith("headgate.client.report-only[1]: frming (expected: one of "));
        assertThat(faults.found().get(2).action()).contains("framing cannot be served safely");
        assertThat(faults.found().get(3).action()).contains("docs/strictness.md");
    }
}
