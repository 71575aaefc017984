package io.headgate.l7.gateway.compile;

import io.headgate.l7.route.MethodCondition;
import io.headgate.l7.route.PathCondition;
import io.netty.handler.codec.http.HttpMethod;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RequestPredicate;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Mono;

/** Reads which requests a {@link RouterFunction} may take. */
final class FunctionalRoutes implements RouterFunctions.Visitor {

    private final GatewaySettings settings;
    private final List<MayTake> found = new ArrayList<>();
    private final Deque<Nest> nests = new ArrayDeque<>();

    private FunctionalRoutes(GatewaySettings settings) {
        this.settings = settings;
    }

    /** For each of its routes. */
    static List<MayTake> of(RouterFunction<?> function, GatewaySettings settings) {
        FunctionalRoutes routes = new FunctionalRoutes(settings);
        function.accept(routes);
        return routes.found;
    }

    /**
     * What all routes of a nest have in common.
     *
     * @param path what comes before their own paths; null if that cannot be said
     */
    private record Nest(MayTake takes, @Nullable String path) {}

    private Nest nest() {
        Nest around = nests.peek();
        return around == null ? new Nest(MayTake.ALL, settings.basePath()) : around;
    }

    @Override
    public void startNested(RequestPredicate predicate) {
        Nest around = nest();
        Reading reading = Reading.of(predicate, around.path);
        MayTake takes = around.takes;
        String path = around.path;
        if (reading.path != null && around.path != null && reading.isPlain()) {
            path = around.path + reading.path;
            takes = MayTake.when(path(path + "/**"));
        } else if (reading.path != null || !reading.isPlain()) {
            path = null;
        } else {
            takes = takes.and(reading.result());
        }
        nests.push(new Nest(takes, path));
    }

    @Override
    public void endNested(RequestPredicate predicate) {
        nests.pop();
    }

    @Override
    public void route(RequestPredicate predicate, HandlerFunction<?> handler) {
        Nest around = nest();
        found.add(around.path == null
                ? around.takes
                : around.takes.and(Reading.of(predicate, around.path).result()));
    }

    @Override
    public void resources(Function<ServerRequest, Mono<Resource>> lookup) {
        found.add(nest().takes);
    }

    @Override
    public void attributes(Map<String, Object> attributes) {
        // say nothing about requests
    }

    @Override
    public void unknown(RouterFunction<?> function) {
        found.add(MayTake.ANY);
    }

    private static PathCondition path(String pattern) {
        return new PathCondition(List.of(PathPatternParser.defaultInstance.parse(pattern)));
    }

    /** Reads one predicate: parts are pushed, and joined when the last of them has been read. */
    private static final class Reading implements RequestPredicates.Visitor {

        private final @Nullable String before;
        private final Deque<MayTake> parts = new ArrayDeque<>();
        private @Nullable String path;
        private int paths;
        private boolean branches;

        private Reading(@Nullable String before) {
            this.before = before;
        }

        static Reading of(RequestPredicate predicate, @Nullable String before) {
            Reading reading = new Reading(before);
            predicate.accept(reading);
            return reading;
        }

        MayTake result() {
            MayTake whole = parts.peek();
            return whole == null ? MayTake.ANY : whole;
        }

        /** Whether it has at most one path, which then must match. */
        boolean isPlain() {
            return !branches && paths <= 1;
        }

        @Override
        public void method(Set<org.springframework.http.HttpMethod> methods) {
            parts.push(MayTake.when(new MethodCondition(
                    methods.stream().map(method -> HttpMethod.valueOf(method.name()))
                            .collect(Collectors.toSet()))));
        }

        @Override
        public void path(String pattern) {
            path = pattern;
            paths++;
            parts.push(before == null
                    ? MayTake.ANY
                    : MayTake.when(FunctionalRoutes.path(before + pattern)));
        }

        @Override
        @SuppressWarnings("removal")
        public void pathExtension(String extension) {
            parts.push(MayTake.ANY);
        }

        @Override
        public void header(String name, String value) {
            parts.push(MayTake.ANY);
        }

        @Override
        public void queryParam(String name, String value) {
            parts.push(MayTake.ANY);
        }

        @Override
        public void version(String version) {
            parts.push(MayTake.ANY);
        }

        @Override
        public void startAnd() {
            // its parts follow
        }

        @Override
        public void and() {
            // the second part follows
        }

        @Override
        public void endAnd() {
            MayTake right = parts.pop();
            parts.push(parts.pop().and(right));
        }

        @Override
        public void startOr() {
            branches = true;
        }

        @Override
        public void or() {
            // the second part follows
        }

        @Override
        public void endOr() {
            MayTake right = parts.pop();
            parts.push(parts.pop().or(right));
        }

        @Override
        public void startNegate() {
            branches = true;
        }

        @Override
        public void endNegate() {
            parts.push(parts.pop().not());
        }

        @Override
        public void unknown(RequestPredicate predicate) {
            parts.push(MayTake.ANY);
        }
    }
}
