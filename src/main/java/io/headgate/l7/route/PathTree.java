package io.headgate.l7.route;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.PathContainer;

/**
 * Routes by the literal segments that their paths begin with. A look-up walks down the path; every node on
 * the way holds routes that may match, as positions in route order.
 */
final class PathTree {

    /** A path segment with everything that may follow it. */
    static final class Node {

        private final String segment;
        final @Nullable Node parent;
        private @Nullable Node[] children = new Node[2];
        private int size;
        private int[] routes = {};

        private Node(String segment, @Nullable Node parent) {
            this.segment = segment;
            this.parent = parent;
        }

        /** The first route here after this position, or {@link Integer#MAX_VALUE}. */
        int next(int after) {
            int[] all = routes;
            if (all.length == 0 || all[all.length - 1] <= after) {
                return Integer.MAX_VALUE;
            }
            int at = Arrays.binarySearch(all, after + 1);
            return all[at < 0 ? -at - 1 : at];
        }

        private void add(int route) {
            if (routes.length == 0 || routes[routes.length - 1] != route) {
                routes = Arrays.copyOf(routes, routes.length + 1);
                routes[routes.length - 1] = route;
            }
        }

        private @Nullable Node child(String text, int from, int to) {
            int slot = hash(text, from, to) & (children.length - 1);
            for (Node node = children[slot]; node != null; node = children[slot]) {
                if (node.segment.length() == to - from && text.startsWith(node.segment, from)) {
                    return node;
                }
                slot = (slot + 1) & (children.length - 1);
            }
            return null;
        }

        private Node childOrNew(String name) {
            Node known = child(name, 0, name.length());
            if (known != null) {
                return known;
            }
            if (2 * (size + 1) > children.length) {
                @Nullable
                Node[] old = children;
                children = new Node[2 * old.length];
                for (Node node : old) {
                    if (node != null) {
                        put(node);
                    }
                }
            }
            Node node = new Node(name, this);
            size++;
            put(node);
            return node;
        }

        private void put(Node node) {
            int slot = hash(node.segment, 0, node.segment.length()) & (children.length - 1);
            while (children[slot] != null) {
                slot = (slot + 1) & (children.length - 1);
            }
            children[slot] = node;
        }

        private static int hash(String text, int from, int to) {
            int hash = 0;
            for (int i = from; i < to; i++) {
                hash = 31 * hash + text.charAt(i);
            }
            return hash ^ (hash >>> 16);
        }
    }

    private final Node root = new Node("", null);

    /** Routes must come in their order. */
    void add(Iterable<String> prefix, int route) {
        Node node = root;
        for (String segment : prefix) {
            node = node.childOrNew(segment);
        }
        node.add(route);
    }

    /** The deepest node on the request's path; its parents are on the way too. */
    Node deepest(RequestView request) {
        return request.plain() ? walk(request.path()) : walk(request.parsed());
    }

    private Node walk(String path) {
        Node node = root;
        int at = 0;
        while (at < path.length()) {
            int end = path.indexOf('/', at + 1);
            if (end < 0) {
                end = path.length();
            }
            Node child = node.child(path, at + 1, end);
            if (child == null) {
                break;
            }
            node = child;
            at = end;
        }
        return node;
    }

    private Node walk(PathContainer path) {
        Node node = root;
        for (PathContainer.Element element : path.elements()) {
            if (element instanceof PathContainer.PathSegment segment) {
                String value = segment.valueToMatch();
                Node child = node.child(value, 0, value.length());
                if (child == null) {
                    break;
                }
                node = child;
            }
        }
        return node;
    }
}
