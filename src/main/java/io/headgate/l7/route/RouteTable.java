package io.headgate.l7.route;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All routes at one moment, in route order. The first whose conditions all match takes a request. Hosts and
 * the literal beginnings of paths are an index, so that a look-up tries only the few routes that could match.
 * Every look-up finds a route that names neither host nor path at its place in the order. The same is true of
 * a slow route that nothing is known about, so that no route after it overtakes it. Immutable.
 */
public final class RouteTable {

    /** Has no route. */
    public static final RouteTable EMPTY = new RouteTable(List.of());

    private final Compiled[] routes;
    private final Condition[][] conditions;
    private final Map<String, PathTree> byHost = new HashMap<>();
    private final Map<String, PathTree> bySuffix = new HashMap<>();
    private final PathTree anyHost = new PathTree();
    /** The hosts of all routes are compared in the same way. */
    private final boolean hostsWithPort;

    /** Takes routes in route order. */
    public RouteTable(List<Compiled> routes) {
        this.routes = routes.toArray(Compiled[]::new);
        this.conditions = new Condition[routes.size()][];
        this.hostsWithPort = routes.stream()
                .flatMap(route -> first(route.conditions(), HostCondition.class).stream())
                .allMatch(HostCondition::withPort);
        for (int i = 0; i < this.routes.length; i++) {
            List<Condition> all = this.routes[i].conditions();
            conditions[i] = all.toArray(Condition[]::new);
            index(i, first(all, HostCondition.class), first(all, PathCondition.class));
        }
    }

    private static <T extends Condition> Optional<T> first(List<Condition> all, Class<T> type) {
        return all.stream().filter(type::isInstance).map(type::cast).findFirst();
    }

    private void index(int route, Optional<HostCondition> host, Optional<PathCondition> path) {
        List<List<String>> prefixes = path.map(PathCondition::prefixes).orElse(List.of(List.of()));
        for (List<String> prefix : prefixes) {
            if (host.isEmpty()) {
                anyHost.add(prefix, route);
                continue;
            }
            for (String name : host.get().names()) {
                byHost.computeIfAbsent(name, n -> new PathTree()).add(prefix, route);
            }
            for (String suffix : host.get().suffixes()) {
                PathTree tree = suffix.isEmpty()
                        ? anyHost
                        : bySuffix.computeIfAbsent(suffix, n -> new PathTree());
                tree.add(prefix, route);
            }
        }
    }

    /** In route order. */
    public List<Compiled> routes() {
        return List.of(routes);
    }

    /** The route for the request, or null if none matches. */
    public @Nullable Compiled find(RequestView request) {
        String host = hostsWithPort ? request.hostName() : request.hostWithoutPort();
        PathTree.Node any = anyHost.deepest(request);
        PathTree exactly = host == null || byHost.isEmpty() ? null : byHost.get(host);
        PathTree.Node exact = exactly == null ? null : exactly.deepest(request);
        PathTree.@Nullable Node[] below = host == null || bySuffix.isEmpty() ? null : below(host, request);
        int at = -1;
        for (;;) {
            int last = at;
            at = Math.min(next(any, last), next(exact, last));
            if (below != null) {
                for (PathTree.@Nullable Node node : below) {
                    at = Math.min(at, next(node, last));
                }
            }
            if (at == Integer.MAX_VALUE) {
                return null;
            }
            if (matches(conditions[at], request)) {
                return routes[at];
            }
        }
    }

    private PathTree.@Nullable Node[] below(String host, RequestView request) {
        PathTree.@Nullable Node[] found = new PathTree.Node[4];
        int count = 0;
        for (int from = 0; from >= 0;) {
            PathTree tree = bySuffix.get(host.substring(from));
            if (tree != null) {
                if (count == found.length) {
                    found = Arrays.copyOf(found, 2 * count);
                }
                found[count++] = tree.deepest(request);
            }
            int dot = host.indexOf('.', from);
            from = dot < 0 ? -1 : dot + 1;
        }
        return found;
    }

    private static int next(PathTree.@Nullable Node deepest, int after) {
        int next = Integer.MAX_VALUE;
        for (PathTree.Node node = deepest; node != null; node = node.parent) {
            next = Math.min(next, node.next(after));
        }
        return next;
    }

    private static boolean matches(Condition[] all, RequestView request) {
        for (Condition condition : all) {
            if (!condition.matches(request)) {
                return false;
            }
        }
        return true;
    }
}
