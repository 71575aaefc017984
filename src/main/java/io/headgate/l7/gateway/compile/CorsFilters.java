package io.headgate.l7.gateway.compile;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsWebFilter;
import org.springframework.web.cors.reactive.DefaultCorsProcessor;
import org.springframework.web.cors.reactive.UrlBasedCorsConfigurationSource;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/** The rules of a {@link CorsWebFilter}, which is where many applications have theirs. */
final class CorsFilters {

    private CorsFilters() {
    }

    /**
     * Its rules by pattern, in their order; empty without such a bean.
     *
     * @throws NotCompilable if it has a way of its own to find or to apply them
     */
    static Map<String, CorsConfiguration> rules(ListableBeanFactory beans) throws NotCompilable {
        Collection<CorsWebFilter> filters = beans.getBeansOfType(CorsWebFilter.class).values();
        if (filters.isEmpty()) {
            return Map.of();
        }
        CorsWebFilter filter = filters.iterator().next();
        if (filters.size() > 1 || filter.getClass() != CorsWebFilter.class
                || !(CodedRoutes.part(filter, "processor") instanceof DefaultCorsProcessor processor)
                || processor.getClass() != DefaultCorsProcessor.class
                || !(CodedRoutes.part(filter,
                        "configSource") instanceof UrlBasedCorsConfigurationSource source)
                || source.getClass() != UrlBasedCorsConfigurationSource.class
                || !PathPatternParser.defaultInstance.equals(CodedRoutes.part(source, "patternParser"))
                || !(CodedRoutes.part(source, "corsConfigurations") instanceof Map<?, ?> configured)) {
            throw new NotCompilable("a CorsWebFilter that is not one with a UrlBasedCorsConfigurationSource",
                    "write its rules in spring.cloud.gateway.server.webflux.globalcors");
        }
        Map<String, CorsConfiguration> rules = new LinkedHashMap<>();
        configured.forEach((pattern, allowed) -> rules.put(((PathPattern) pattern).getPatternString(),
                (CorsConfiguration) allowed));
        return rules;
    }
}
