package io.headgate.config.reload;

import io.headgate.config.plan.Plan;
import io.headgate.config.plan.RouteDefinitions;
import io.headgate.config.plan.Routes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.cloud.gateway.route.RouteDefinition;

/**
 * What a reload changed.
 *
 * @param settings other properties that were applied
 * @param needsRestart properties that differ from those that the process was started with, and cannot be
 *            changed while it runs
 */
public record Changes(Named pools, Named listeners, Named routes, List<String> settings,
        List<String> needsRestart) {

    /** These are reported by their names, not as settings. */
    private static final Set<String> NAMED = Set.of("headgate.pools", "headgate.listeners");

    /** By name. */
    public record Named(List<String> added, List<String> removed, List<String> changed) {

        static <T> Named of(Map<String, T> before, Map<String, T> next) {
            return new Named(next.keySet().stream().filter(name -> !before.containsKey(name)).toList(),
                    before.keySet().stream().filter(name -> !next.containsKey(name)).toList(),
                    next.keySet().stream().filter(
                            name -> before.containsKey(name)
                                    && !Objects.equals(next.get(name), before.get(name)))
                            .toList());
        }

        boolean isEmpty() {
            return added.isEmpty() && removed.isEmpty() && changed.isEmpty();
        }

        private Stream<String> words(String what) {
            return Stream.of(words("added ", what, added), words("removed ", what, removed),
                    words("changed ", what, changed)).flatMap(Optional::stream);
        }

        private static Optional<String> words(String done, String what, List<String> names) {
            return names.isEmpty()
                    ? Optional.empty()
                    : Optional.of(done + what + (names.size() == 1 ? " " : "s ") + all(names));
        }
    }

    static Changes between(Candidate before, Candidate next, List<String> needsRestart) {
        List<String> settings = new ArrayList<>();
        for (LiveProperty property : LiveProperty.ALL) {
            if (!NAMED.contains(property.name()) && differs(property, before.plan(), next.plan())) {
                settings.add(property.name());
            }
        }
        if (!before.routes().defaultFilters().equals(next.routes().defaultFilters())) {
            settings.add(RouteDefinitions.PREFIX + ".default-filters");
        }
        settings.addAll(next.bundles().differences());
        Named routes = Named.of(byId(before.routes()), byId(next.routes()));
        if (routes.isEmpty() && !before.routes().definitions().equals(next.routes().definitions())) {
            settings.add("the order of routes");
        }
        return new Changes(
                Named.of(before.plan().properties().pools(), next.plan().properties().pools()),
                Named.of(before.plan().properties().listeners(), next.plan().properties().listeners()),
                routes, List.copyOf(settings), List.copyOf(needsRestart));
    }

    /** Keys and pages come from files, which can be others though their names are the same. */
    private static boolean differs(LiveProperty property, Plan before, Plan next) {
        return switch (property.name()) {
            case "headgate.sticky" -> !before.stickyKeys().equals(next.stickyKeys());
            case "headgate.error-pages" -> !before.errorPages().equals(next.errorPages());
            default -> property.differs(before.properties(), next.properties());
        };
    }

    /** A route without an id, or with the same id as another, is identified by its place. */
    private static Map<String, RouteDefinition> byId(Routes routes) {
        Map<String, RouteDefinition> byId = new LinkedHashMap<>();
        for (int i = 0; i < routes.definitions().size(); i++) {
            RouteDefinition route = routes.definitions().get(i);
            String id = route.getId() == null ? "routes[" + i + "]" : route.getId();
            byId.put(byId.containsKey(id) ? id + " (routes[" + i + "])" : id, route);
        }
        return byId;
    }

    private static String all(List<String> names) {
        int last = names.size() - 1;
        return last == 0
                ? names.getFirst()
                : String.join(", ", names.subList(0, last)) + " and " + names.get(last);
    }

    /** For people: "added pool a, changed routes b and c; server.port needs a restart". */
    @Override
    public String toString() {
        List<String> done = new ArrayList<>(Stream.of(pools.words("pool"), listeners.words("listener"),
                routes.words("route")).flatMap(part -> part).toList());
        if (!settings.isEmpty()) {
            done.add("changed " + all(settings));
        }
        return (done.isEmpty() ? "nothing has changed" : String.join(", ", done))
                + (needsRestart.isEmpty()
                        ? ""
                        : "; " + all(needsRestart) + (needsRestart.size() == 1 ? " needs" : " need")
                                + " a restart");
    }

    /** Whether nothing was applied. */
    public boolean isEmpty() {
        return pools.isEmpty() && listeners.isEmpty() && routes.isEmpty() && settings.isEmpty();
    }
}
