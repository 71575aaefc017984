package io.headgate.l7.gateway.compile;

import io.headgate.l7.route.Compiled;
import io.headgate.l7.route.PathCondition;
import java.util.List;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.web.reactive.result.method.RequestMappingInfo;
import org.springframework.web.reactive.result.method.RequestMappingInfoHandlerMapping;
import org.springframework.web.util.pattern.PathPattern;

/**
 * Paths that the application answers itself, by controllers and endpoints on the same port: Spring asks these
 * before the routes, so they come before the routes in the table.
 */
final class Reserved {

    private Reserved() {
    }

    static List<Compiled> of(ListableBeanFactory beans) {
        List<PathPattern> patterns = beans.getBeansOfType(RequestMappingInfoHandlerMapping.class).values()
                .stream()
                .flatMap(mapping -> mapping.getHandlerMethods().keySet().stream())
                .flatMap((RequestMappingInfo info) -> info.getPatternsCondition().getPatterns().stream())
                .distinct()
                .toList();
        return patterns.isEmpty()
                ? List.of()
                : List.of(new Compiled.Slow("", List.of(new PathCondition(patterns)),
                        "answered by the application", ""));
    }
}
