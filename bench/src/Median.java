import java.util.stream.DoubleStream;

/** The middle of some figures; one bad round does not move it. */
final class Median {

    private Median() {
    }

    static double of(DoubleStream figures) {
        double[] sorted = figures.sorted().toArray();
        int half = sorted.length / 2;
        if (sorted.length == 0) {
            return Double.NaN;
        }
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
