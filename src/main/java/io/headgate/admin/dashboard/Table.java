package io.headgate.admin.dashboard;

import io.headgate.admin.dashboard.Row.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Rows in order. Belongs to the dashboard's thread. */
final class Table {

    private final Shape shape;
    private final Map<String, Row> rows = new HashMap<>();
    private List<String> order = List.of();
    private long ordered = 1;

    Table(Shape shape) {
        this.shape = shape;
    }

    /** The row with this id, new or not. */
    Row row(String id) {
        return rows.computeIfAbsent(id, key -> new Row(key, shape));
    }

    /** From now on these are the rows; others are forgotten. */
    void order(List<String> ids, long version) {
        if (!ids.equals(order)) {
            order = List.copyOf(ids);
            ordered = version;
            rows.keySet().retainAll(java.util.Set.copyOf(ids));
        }
    }

    int size() {
        return order.size();
    }

    /** What changed after a version; empty if nothing did. */
    Map<String, Object> since(long version) {
        Map<String, Object> changes = new LinkedHashMap<>();
        if (ordered > version) {
            changes.put("order", order);
        }
        Map<String, Object> changed = new LinkedHashMap<>();
        for (String id : order) {
            Map<String, Object> fields = row(id).since(version);
            if (!fields.isEmpty()) {
                changed.put(id, fields);
            }
        }
        if (!changed.isEmpty()) {
            changes.put("rows", changed);
        }
        return changes;
    }

    /** All rows, for the template. */
    List<Map<String, Object>> all() {
        List<Map<String, Object>> all = new ArrayList<>();
        order.forEach(id -> all.add(row(id).all()));
        return all;
    }
}
