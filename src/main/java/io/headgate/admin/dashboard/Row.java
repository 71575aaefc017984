package io.headgate.admin.dashboard;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A row of a table: texts as they are shown, each with the version that last changed it, and histories. */
final class Row {

    private final String id;
    private final Shape shape;
    private final @Nullable String[] texts;
    private final long[] versions;
    private final History[] histories;

    Row(String id, Shape shape) {
        this.id = id;
        this.shape = shape;
        this.texts = new String[shape.texts().size()];
        this.versions = new long[texts.length];
        this.histories = new History[shape.histories().size()];
        Arrays.setAll(histories, i -> new History(shape.length()));
    }

    String id() {
        return id;
    }

    /** Texts in the order of the shape; null for none. */
    void show(long version, @Nullable String... next) {
        for (int i = 0; i < texts.length; i++) {
            String text = next[i];
            if (versions[i] == 0 || (text == null ? texts[i] != null : !text.equals(texts[i]))) {
                texts[i] = text;
                versions[i] = version;
            }
        }
    }

    /** Values in the order of the shape. */
    void add(double... values) {
        for (int i = 0; i < histories.length; i++) {
            histories[i].add(values[i]);
        }
    }

    /** What changed after a version, by field. */
    Map<String, Object> since(long version) {
        Map<String, Object> changed = new LinkedHashMap<>();
        for (int i = 0; i < texts.length; i++) {
            if (versions[i] > version) {
                changed.put(shape.texts().get(i), texts[i] == null ? "" : texts[i]);
            }
        }
        for (int i = 0; i < histories.length; i++) {
            if (version == 0) {
                changed.put(shape.histories().get(i) + "History", histories[i].toString());
            } else if (histories[i].last() != 0) {
                changed.put(shape.histories().get(i) + "Now", Math.round(histories[i].last() * 1e4) / 1e4);
            }
        }
        return changed;
    }

    /** All of it, for the template. */
    Map<String, Object> all() {
        Map<String, Object> all = new LinkedHashMap<>(since(0));
        all.put("id", id);
        return all;
    }

    /**
     * The columns of a table.
     *
     * @param texts the names of the fields that are texts
     * @param histories the names of those that are drawn
     * @param length how many seconds are drawn
     */
    record Shape(java.util.List<String> texts, java.util.List<String> histories, int length) {}
}
