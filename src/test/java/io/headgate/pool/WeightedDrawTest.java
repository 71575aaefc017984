package io.headgate.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class WeightedDrawTest {

    /** Every number that the source of randomness could give is tried once: the shares have to be exact. */
    @Test
    void sharesAreExact() {
        java.util.Random random = new java.util.Random(41);
        for (int round = 0; round < 200; round++) {
            int[] weights = random.ints(1 + random.nextInt(12), 1, MemberSpec.MAX_WEIGHT + 1).toArray();
            int total = Arrays.stream(weights).sum();
            WeightedDraw draw = WeightedDraw.of(new TestSnapshot(weights).all());
            int[] drawn = new int[weights.length];
            for (int column = 0; column < weights.length; column++) {
                for (int part = 0; part < total; part++) {
                    drawn[draw.index(new Script(column, part))]++;
                }
            }
            for (int i = 0; i < weights.length; i++) {
                assertThat(drawn[i]).as("index %d of %s", i, Arrays.toString(weights))
                        .isEqualTo(weights[i] * weights.length);
            }
        }
    }

    /** Gives these numbers one after another. */
    private static final class Script implements RandomSource {

        private final int[] numbers;
        private int next;

        Script(int... numbers) {
            this.numbers = numbers;
        }

        @Override
        public int below(int bound) {
            int number = numbers[next++];
            assertThat(number).isLessThan(bound);
            return number;
        }
    }
}
