package io.headgate.pool;

/**
 * Draws an index with the probability of its weight, in constant time: Walker's alias method in Vose's form
 * (M. D. Vose, "A Linear Algorithm for Generating Random Numbers with a Given Distribution", 1991), in whole
 * numbers, so that the shares are exact.
 */
final class WeightedDraw {

    private static final int REDRAWS = 3;

    private final int[] threshold;
    private final int[] alias;
    private final int mean;

    private WeightedDraw(int[] threshold, int[] alias, int mean) {
        this.threshold = threshold;
        this.alias = alias;
        this.mean = mean;
    }

    /**
     * Each column holds {@code mean} parts: the first {@code threshold} are its own, the rest its alias's.
     */
    static WeightedDraw of(Snapshot members) {
        int size = members.size();
        long total = 0;
        for (int i = 0; i < size; i++) {
            total += members.weight(i);
        }
        long[] share = new long[size];
        int[] small = new int[size];
        int[] large = new int[size];
        int smalls = 0;
        int larges = 0;
        for (int i = 0; i < size; i++) {
            share[i] = (long) members.weight(i) * size;
            if (share[i] < total) {
                small[smalls++] = i;
            } else {
                large[larges++] = i;
            }
        }
        int[] threshold = new int[size];
        int[] alias = new int[size];
        while (smalls > 0) {
            int less = small[--smalls];
            int more = large[larges - 1];
            threshold[less] = (int) share[less];
            alias[less] = more;
            share[more] -= total - share[less];
            if (share[more] < total) {
                larges--;
                small[smalls++] = more;
            }
        }
        while (larges > 0) {
            int full = large[--larges];
            threshold[full] = (int) total;
            alias[full] = full;
        }
        return new WeightedDraw(threshold, alias, (int) total);
    }

    int index(RandomSource random) {
        int column = random.below(alias.length);
        return random.below(mean) < threshold[column] ? column : alias[column];
    }

    /**
     * Another index than this one, where there is another; drawn by weight, unless one member has nearly all.
     */
    int other(int first, RandomSource random) {
        for (int i = 0; i < REDRAWS; i++) {
            int index = index(random);
            if (index != first) {
                return index;
            }
        }
        return first + 1 < alias.length ? first + 1 : 0;
    }
}
