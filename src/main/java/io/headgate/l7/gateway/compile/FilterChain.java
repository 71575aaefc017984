package io.headgate.l7.gateway.compile;

import io.headgate.l7.cache.Caching;
import io.headgate.l7.compress.Compression;
import io.headgate.l7.gateway.RespondGatewayFilterFactory;
import io.headgate.l7.pages.ErrorPages;
import io.headgate.l7.route.Breaking;
import io.headgate.l7.route.Failover;
import io.headgate.l7.route.Hedging;
import io.headgate.l7.route.Mirroring;
import io.headgate.l7.route.Repeating;
import io.headgate.l7.route.RequestEdit;
import io.headgate.l7.route.ResponseEdit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.FilterDefinition;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.GatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.RedirectToGatewayFilterFactory;
import org.springframework.cloud.gateway.support.ConfigurationService;
import org.springframework.cloud.gateway.support.HasRouteId;
import org.springframework.core.Ordered;

/**
 * A route's filters in the order in which Spring Cloud Gateway runs them: default filters and the route's own
 * are numbered apart, from 1, and then merged by number, a default filter before a route's with the same.
 * Answers pass through them backwards. An answer that a filter gives instead of the member passes through
 * none of them.
 */
final class FilterChain {

    private final Map<String, GatewayFilterFactory<?>> factories;
    private final Supplier<List<FilterDefinition>> defaults;
    private final ConfigurationService configurations;

    FilterChain(Map<String, GatewayFilterFactory<?>> factories,
            Supplier<List<FilterDefinition>> defaults,
            ConfigurationService configurations) {
        this.factories = factories;
        this.defaults = defaults;
        this.configurations = configurations;
    }

    record Edited(List<RequestEdit> request, List<ResponseEdit> response, @Nullable Repeating repeating,
            @Nullable Caching caching, @Nullable Breaking breaking, @Nullable Mirroring mirroring,
            @Nullable Compression compression, @Nullable Hedging hedging, @Nullable Failover failover,
            @Nullable ErrorPages pages) {

        /** With so many more changes of answers before all of these. */
        Edited behind(int more) {
            return more == 0
                    ? this
                    : new Edited(request, response,
                            repeating == null ? null : repeating.within(repeating.within() + more), caching,
                            breaking == null ? null : breaking.within(breaking.within() + more), mirroring,
                            compression, hedging, failover, pages);
        }
    }

    /**
     * A filter at its place.
     *
     * @param obstacle why a filter that repeats requests may not stand before it, null if it may
     * @param unbroken the same for a circuit breaker
     */
    record Numbered(int order, Edits edits, @Nullable NotCompilable obstacle,
            @Nullable NotCompilable unbroken) {}

    Edited compile(String route, List<FilterDefinition> own, HeadFilters.Around around)
            throws NotCompilable {
        List<Numbered> filters = new ArrayList<>(around.global());
        add(filters, route, defaults.get(), around);
        add(filters, route, own, around);
        return inOrder(filters);
    }

    /** The edits of filters that come in the order of their definitions. */
    static Edited inOrder(List<Numbered> filters) throws NotCompilable {
        filters.sort(Comparator.comparingInt(Numbered::order));
        List<RequestEdit> requests = new ArrayList<>();
        List<ResponseEdit> responses = new ArrayList<>();
        Map<String, String> always = new LinkedHashMap<>();
        Repeating repeating = null;
        int outside = 0;
        Caching caching = null;
        Breaking breaking = null;
        Mirroring mirroring = null;
        int outsideBreaker = 0;
        Compression compression = null;
        Hedging hedging = null;
        Failover failover = null;
        List<ErrorPages.Rule> pages = new ArrayList<>();
        for (Numbered filter : filters) {
            Edits edits = filter.edits;
            if ((repeating != null || failover != null) && filter.obstacle != null) {
                throw filter.obstacle;
            }
            if (breaking != null && filter.unbroken != null) {
                throw filter.unbroken;
            }
            if (edits.breaking() != null) {
                if (caching != null) {
                    throw BreakerFilters.behindCache();
                }
                breaking = edits.breaking();
                outsideBreaker = responses.size();
            }
            if (edits.repeating() != null) {
                repeating = edits.repeating();
                outside = responses.size();
            }
            if (edits.request() != null && !LimitFilters.isTaken(edits.request(), requests)) {
                requests.add(edits.request());
            }
            if (edits.answering() != null) {
                requests.add(edits.answering().apply(inTurn(always)));
            }
            if (edits.response() != null) {
                responses.addFirst(edits.response());
            }
            if (edits.mirroring() != null) {
                if (mirroring != null) {
                    throw new NotCompilable("two filters Mirror", "copy to one pool only");
                }
                mirroring = edits.mirroring();
            }
            failover = edits.failover() == null ? failover : edits.failover();
            if (edits.pages() != null) {
                pages.add(edits.pages());
            }
            always.putAll(edits.always());
            caching = caching == null ? edits.caching() : caching;
            compression = edits.compression() == null ? compression : edits.compression();
            hedging = edits.hedging() == null ? hedging : edits.hedging();
        }
        return new Edited(requests, responses,
                repeating == null ? null : repeating.within(responses.size() - outside), caching,
                breaking == null ? null : breaking.within(responses.size() - outsideBreaker), mirroring,
                compression, hedging, failover, pages.isEmpty() ? null : ErrorPages.of(pages));
    }

    /** Whether one of them answers every request. */
    boolean redirects(List<FilterDefinition> own) {
        return own.stream().map(filter -> factories.get(String.valueOf(filter.getName())))
                .anyMatch(factory -> factory instanceof RedirectToGatewayFilterFactory
                        || factory instanceof RespondGatewayFilterFactory);
    }

    private static List<String> inTurn(Map<String, String> headers) {
        List<String> all = new ArrayList<>();
        headers.forEach((name, value) -> {
            all.add(name);
            all.add(value);
        });
        return all;
    }

    private void add(List<Numbered> to, String route, List<FilterDefinition> definitions,
            HeadFilters.Around around) throws NotCompilable {
        for (int i = 0; i < definitions.size(); i++) {
            FilterDefinition definition = definitions.get(i);
            String name = String.valueOf(definition.getName());
            GatewayFilterFactory<?> factory = factories.get(name);
            if (factory == null) {
                throw new NotCompilable("filter " + name + ", which is unknown", "correct its name");
            }
            try {
                to.add(compile(factory, route, name, definition.getArgs(), i + 1, around));
            } catch (RuntimeException e) {
                throw RouteCompiler.unreadable("filter " + name, e);
            }
        }
    }

    private <C> Numbered compile(GatewayFilterFactory<C> factory, String route, String name,
            Map<String, String> args, int number, HeadFilters.Around around) throws NotCompilable {
        C config = configurations.with(factory).name(name).properties(args).bind();
        if (config instanceof HasRouteId named) {
            named.setRouteId(route);
        }
        boolean declared = around.declares(factory, name);
        if (!declared) {
            Filters.requireKnown(factory, name);
        }
        GatewayFilter filter = factory.apply(config);
        int order = filter instanceof Ordered ordered ? ordered.getOrder() : number;
        if (declared) {
            return new Numbered(order, around.of(filter), RetryFilters.behind(name),
                    BreakerFilters.behind(name));
        }
        return new Numbered(order, Filters.compile(factory, name, config, filter),
                RetryFilters.obstacle(factory, name), BreakerFilters.behind(factory, name));
    }
}
