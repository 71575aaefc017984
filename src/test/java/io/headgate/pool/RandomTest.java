package io.headgate.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RandomTest {

    /** Equal weights: a draw takes two numbers, the column and a part of it, which is its own here. */
    @ParameterizedTest
    @CsvSource({"0 0 0, 1 0 2 0, m1", "0 0 0, 2 0 1 0, m2", "5 0 0, 0 0 2 0, m2", "5 9 0, 1 0 0 0, m0",
            "3 3 3, 1 0 0 0, m1", "9 0 0, 0 0 0 0 2 0, m2",
            "9 0 0, 0 0 0 0 0 0 0 0, m1"})
    void theOneWithLessToDoOfTwoDrawn(String inFlight, String draws, String picked) {
        TestSnapshot members = TestSnapshot.equal(3);
        String[] loads = inFlight.split(" ", -1);
        for (int i = 0; i < loads.length; i++) {
            members.load(i, Integer.parseInt(loads[i]));
        }
        Balancer balancer = new Random().over(members.all(), scripted(draws));
        assertThat(balancer.pick(new Pick())).hasToString("test/" + picked);
    }

    @Test
    void sharesOfAnIdlePoolAreItsWeights() {
        TestSnapshot members = new TestSnapshot(1, 2, 5);
        Balancer balancer = new Random().over(members.all(), TestSnapshot.seeded(1));
        int[] picks = new int[3];
        for (int i = 0; i < 80_000; i++) {
            picks[Shares.index(balancer.pick(new Pick()))]++;
        }
        assertThat((double) picks[0]).isCloseTo(10_000, within(500.0));
        assertThat((double) picks[1]).isCloseTo(20_000, within(800.0));
        assertThat((double) picks[2]).isCloseTo(50_000, within(1_000.0));
    }

    @Test
    void whatIsHeldIsSpreadByWeight() {
        TestSnapshot members = new TestSnapshot(1, 1, 4, 4);
        Balancer balancer = new Random().over(members.all(), TestSnapshot.seeded(2));
        for (int i = 0; i < 1_000; i++) {
            Shares.hold(balancer.pick(new Pick()));
        }
        assertThat(members.member(0).inFlight()).isBetween(90, 110);
        assertThat(members.member(1).inFlight()).isBetween(90, 110);
        assertThat(members.member(2).inFlight()).isBetween(390, 410);
        assertThat(members.member(3).inFlight()).isBetween(390, 410);
    }

    private static RandomSource scripted(String numbers) {
        Deque<Integer> script = new ArrayDeque<>(
                Arrays.stream(numbers.split(" ", -1)).map(Integer::valueOf).toList());
        return bound -> script.remove();
    }
}
