package io.headgate.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.pool.Probe;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TallyTest {

    /** Results are + for passed and - for missed; the verdicts after each are by their first letters. */
    @ParameterizedTest
    @CsvSource({
            "PENDING,   2, 2, +,        U",
            "PENDING,   2, 5, +,        U",
            "PENDING,   2, 2, --,       PD",
            "PENDING,   3, 2, --+,      PPU",
            "PENDING,   1, 2, -,        D",
            "UP,        2, 2, -+-+--,   UUUUUD",
            "UP,        3, 1, ---+,     UUDU",
            "UP,        1, 1, -+-+,     DUDU",
            "DOWN,      2, 2, +-++,     DDDU",
            "DOWN,      2, 3, ++-+++-,  DDDDDUU",
            "UNCHECKED, 2, 2, +,        U",
            "UNCHECKED, 2, 2, --,       ND"})
    void verdictsFollowResultsInARow(Probe start, int fall, int rise, String results, String verdicts) {
        Tally tally = Tally.of(start);
        StringBuilder seen = new StringBuilder();
        for (int result : results.chars().toArray()) {
            tally = tally.after(result == '+', fall, rise);
            seen.append(tally.probe() == Probe.UNCHECKED ? 'N' : tally.probe().name().charAt(0));
        }
        assertThat(seen).hasToString(verdicts);
    }

    @ParameterizedTest
    @CsvSource({"PENDING, '', true", "UP, '', false", "UP, -, true", "UP, --, false", "DOWN, '', false",
            "DOWN, +, true", "DOWN, +-, false", "PENDING, +, false"})
    void isChangingWhileAVerdictIsOpenOrContradicted(Probe start, String results, boolean changing) {
        Tally tally = Tally.of(start);
        for (int result : results.chars().toArray()) {
            tally = tally.after(result == '+', 2, 2);
        }
        assertThat(tally.changing()).isEqualTo(changing);
    }
}
