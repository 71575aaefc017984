package io.headgate.l7.gateway.compile;

import io.headgate.l7.route.WeightGroup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.support.WeightConfig;

/**
 * The weight groups of one refresh. A whole group is in one lane. Each lane draws by itself, so a request
 * that changed lanes would be drawn for twice.
 */
final class WeightGroups {

    private final Map<String, List<String>> routes = new HashMap<>();
    private final Map<String, List<Integer>> weights = new HashMap<>();
    private final Map<String, WeightGroup> groups = new HashMap<>();
    private final Set<String> slow = new HashSet<>();

    static boolean isWeight(Object config) {
        return config instanceof WeightConfig;
    }

    /** The name of the group. */
    String add(String route, Object config) throws NotCompilable {
        WeightConfig weight = (WeightConfig) config;
        String name = weight.getGroup();
        if (name == null || weight.getWeight() < 0) {
            throw new NotCompilable("a Weight without group or weight", "write Weight=GROUP, WEIGHT");
        }
        routes.computeIfAbsent(name, group -> new ArrayList<>()).add(route);
        weights.computeIfAbsent(name, group -> new ArrayList<>()).add(weight.getWeight());
        return name;
    }

    void slow(List<String> names) {
        slow.addAll(names);
    }

    @Nullable
    NotCompilable obstacle(List<String> names) {
        for (String name : names) {
            if (slow.contains(name)) {
                return new NotCompilable("another route of its weight group " + name + " is slow",
                        "make all routes of the group fast");
            }
            if (list(weights, name).stream().mapToInt(Integer::intValue).sum() == 0) {
                return new NotCompilable("its weight group " + name + " weighs nothing",
                        "give a route some weight");
            }
        }
        return null;
    }

    WeightGroup group(String name) {
        return groups.computeIfAbsent(name, n -> new WeightGroup(n, list(routes, n), list(weights, n)));
    }

    private static <T> List<T> list(Map<String, List<T>> map, String name) {
        return Objects.requireNonNull(map.get(name));
    }
}
