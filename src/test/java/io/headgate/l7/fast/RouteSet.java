package io.headgate.l7.fast;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Routes for both lanes, all of them of what the fast path compiles. Those of group N take paths that begin
 * with /N/, the first whose predicates match.
 *
 * @param groups each has at least one route
 */
record RouteSet(List<List<Route>> groups) {

    /** The groups that a set of chance has. */
    private static final int GROUPS = 40;

    private static final String PAST = "2020-01-01T00:00:00Z";
    private static final String FUTURE = "2999-01-01T00:00:00Z";

    /** Beside a path of their own. */
    private static final List<String> PREDICATES = List.of("'Host=shop.example.org'", "'Host=**.example.org'",
            "'Host={sub}.example.org'", "'Host=h,shop.example.org:8080'", "Method=GET",
            "'Method=POST,PUT,HEAD'",
            "Header=X-Client", "'Header=X-Client, [a-c]'", "'Header=X-Twice, b'", "'Cookie=a, b'",
            "'Cookie=a, x.*'", "Query=a", "'Query=a, [12]'", "'Query=b, x.y'", "'Query=d[]'",
            "'RemoteAddr=127.0.0.0/8'",
            "'RemoteAddr=10.0.0.0/8,127.0.0.1'", "'RemoteAddr=10.0.0.0/8'",
            "'XForwardedRemoteAddr=9.9.9.0/24'", "'After=" + PAST + "'", "'After=" + FUTURE + "'",
            "'Before=" + FUTURE + "'", "'Between=" + PAST + ", " + FUTURE + "'", "'Before=" + PAST + "'");

    /** All with the variable seg, for a route sees those of a route before it in the slow lane alone. */
    private static final List<String> PATHS = List.of("/%d/{seg}/**", "/%d/{seg}/{*rest}", "/%d/{seg}",
            "/%d/{seg:[a-z.]+}/**", "/%d/*/{seg}/**", "/%d/a*/{seg}", "/%d/{seg}/{b}/,/%1$d/{seg}/**");

    /** How a route leads to the member. */
    enum Way {
        POOL,
        SECURED_POOL,
        ADDRESS
    }

    /**
     * Comes by a path of its group.
     *
     * @param predicates in YAML
     * @param filters in YAML
     */
    record Route(String id, List<String> predicates, List<String> filters, Way way) {

        Route(String id, List<String> predicates, List<String> filters) {
            this(id, predicates, filters, Way.POOL);
        }

        boolean has(String filter) {
            return filters.stream().anyMatch(each -> each.contains(filter));
        }
    }

    /** Set 0 has each filter and each predicate by itself, the others are made by chance. */
    static RouteSet number(long number) {
        return number == 0 ? each() : random(new SplittableRandom(number));
    }

    private static RouteSet each() {
        List<List<Route>> groups = new ArrayList<>();
        for (String filters : RouteFilters.ALONE) {
            int group = groups.size();
            String path = group == 0 ? "'Path=/0/{*seg}'" : "'Path=/%d/{seg}/**'".formatted(group);
            groups.add(List.of(new Route("f" + group, List.of(path), List.of(filters))));
        }
        int last = groups.size();
        groups.add(List.of(
                new Route("fixed", List.of("'Path=/%d/{seg}/**'".formatted(last)), List.of(), Way.ADDRESS)));
        int secured = groups.size();
        groups.add(List.of(new Route("secured", List.of("'Path=/%d/{seg}/**'".formatted(secured)), List.of(),
                Way.SECURED_POOL)));
        for (String predicate : PREDICATES) {
            int group = groups.size();
            String path = "'Path=/%d/**'".formatted(group);
            groups.add(List.of(new Route("p" + group, List.of(predicate, path), List.of()),
                    new Route("else" + group, List.of(path), List.of("'AddRequestHeader=X-Else, e'"))));
        }
        for (String pattern : PATHS) {
            int group = groups.size();
            groups.add(List.of(new Route("p" + group, List.of("'Path=" + pattern.formatted(group) + "'"),
                    List.of("'AddRequestHeader=X-Added, s-{seg}'"))));
        }
        return new RouteSet(groups);
    }

    private static RouteSet random(SplittableRandom random) {
        List<List<Route>> groups = new ArrayList<>();
        for (int group = 0; group < GROUPS; group++) {
            List<Route> routes = new ArrayList<>();
            for (int last = random.nextInt(3), i = 0; i <= last; i++) {
                String path = i == last ? PATHS.getFirst() : PATHS.get(random.nextInt(PATHS.size()));
                List<String> predicates = new ArrayList<>();
                predicates.add("'Path=" + path.formatted(group) + "'");
                for (int more = i == last ? 0 : 1 + random.nextInt(3); more > 0; more--) {
                    predicates.add(random.nextInt(predicates.size() + 1),
                            PREDICATES.get(random.nextInt(PREDICATES.size())));
                }
                if (last > 0 && i < 2 && group % 4 == 0) { // with one that weighs nothing no luck is needed
                    predicates.add("'Weight=g%d, %d'".formatted(group, 1 - i));
                }
                routes.add(new Route("g%d-%d".formatted(group, i), predicates, RouteFilters.random(random),
                        switch (random.nextInt(8)) {
                            case 0, 1 -> Way.ADDRESS;
                            case 2 -> Way.SECURED_POOL;
                            default -> Way.POOL;
                        }));
            }
            groups.add(routes);
        }
        return new RouteSet(groups);
    }

    /** With the port of the one member, which is that of pool p; pool secured is the same over TLS. */
    String yaml(int port) {
        StringBuilder yaml = new StringBuilder("""
                spring.cloud.gateway.server.webflux:
                  default-filters: [ "AddRequestHeader=X-Default, d", "AddResponseHeader=X-Default, d" ]
                  routes:
                """);
        groups.forEach(routes -> routes.forEach(route -> yaml
                .append("  - { id: %s, uri: '%s', predicates: [ %s ], filters: [ %s ] }\n".formatted(
                        route.id, switch (route.way) {
                            case POOL -> "lb://p";
                            case SECURED_POOL -> "lb://secured";
                            case ADDRESS -> "http://127.0.0.1:" + port;
                        },
                        String.join(", ", route.predicates), String.join(", ", route.filters)))));
        return yaml.toString();
    }

    @Override
    public String toString() {
        return yaml(0);
    }
}
