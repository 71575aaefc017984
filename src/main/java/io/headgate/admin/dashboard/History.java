package io.headgate.admin.dashboard;

import java.util.Locale;
import java.util.StringJoiner;

/** The last values of a rate or a time, one a second, oldest first. */
final class History {

    private final float[] ring;
    private int size;
    private int next;

    History(int length) {
        this.ring = new float[length];
    }

    void add(double value) {
        ring[next] = (float) value;
        next = (next + 1) % ring.length;
        size = Math.min(size + 1, ring.length);
    }

    /** Zero before the first. */
    float last() {
        return size == 0 ? 0 : ring[(next + ring.length - 1) % ring.length];
    }

    /** All values, with commas between them. */
    @Override
    public String toString() {
        StringJoiner all = new StringJoiner(",");
        for (int i = 0; i < size; i++) {
            all.add(number(ring[(next - size + i + ring.length) % ring.length]));
        }
        return all.toString();
    }

    /** As short as a picture allows. */
    static String number(float value) {
        return value == Math.rint(value) && Math.abs(value) < 1e7
                ? Integer.toString((int) value)
                : String.format(Locale.ROOT, value < 1 ? "%.4f" : "%.1f", value);
    }
}
