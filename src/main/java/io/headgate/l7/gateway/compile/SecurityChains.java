package io.headgate.l7.gateway.compile;

import io.headgate.l7.AsciiSet;
import io.headgate.l7.route.Condition;
import io.headgate.l7.route.MethodCondition;
import io.headgate.l7.route.PathCondition;
import io.headgate.l7.route.RequestView;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.web.server.MatcherSecurityWebFilterChain;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.WebFilterChainProxy;
import org.springframework.security.web.server.util.matcher.AndServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.NegatedServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.OrServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.PathPatternParserServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.cors.reactive.CorsWebFilter;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Which requests the filter chains of Spring Security are asked about: those that the matcher of one matches,
 * and those that its firewall may refuse. All others pass by it unseen.
 */
final class SecurityChains {

    /** Neither escapes nor anything else that the firewall looks for. */
    private static final AsciiSet HARMLESS = AsciiSet.lettersDigitsAnd("-_~!$&'()*+,=:@./");

    /** The methods that the firewall lets pass. */
    private static final Set<HttpMethod> METHODS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST,
            HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE, HttpMethod.OPTIONS);

    private static final String SECURITY = "org.springframework.security.";
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String PARTS = "multipart/";

    private final GatewaySettings settings;

    SecurityChains(GatewaySettings settings) {
        this.settings = settings;
    }

    /** What a request may be like that its firewall refuses. */
    static MayTake firewall() {
        return MayTake.when(request -> !METHODS.contains(request.method()) || !isHarmless(request));
    }

    /** Requests whose bodies Spring Security may read, for a login or a token against forgery. */
    static MayTake forms() {
        return MayTake.when(request -> {
            String type = request.headers().get(HttpHeaderNames.CONTENT_TYPE);
            return type != null && (type.regionMatches(true, 0, FORM, 0, FORM.length())
                    || type.regionMatches(true, 0, PARTS, 0, PARTS.length()));
        });
    }

    /** Whether all filters of its chains are Spring Security's own, or are declared to look at heads. */
    boolean looksAtHeads(WebFilterChainProxy proxy, Declared declared) {
        return read(proxy, "filters") instanceof List<?> chains && chains.stream()
                .allMatch(chain -> chain != null && chain.getClass() == MatcherSecurityWebFilterChain.class
                        && read(chain, "filters") instanceof List<?> filters
                        && filters.stream().allMatch(filter -> looksAtHeads(filter, declared)));
    }

    private static boolean looksAtHeads(@Nullable Object filter, Declared declared) {
        Object inner = filter == null ? null : read(filter, "webFilter"); // where it only has an order
        Object own = inner == null ? filter : inner;
        String name = own == null ? "" : own.getClass().getName();
        return name.startsWith(SECURITY) || name.equals(CorsWebFilter.class.getName())
                || declared.heads("", name);
    }

    private static boolean isHarmless(RequestView request) {
        String path = request.path();
        char last = 0;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (!HARMLESS.contains(c) || (last == '/' && (c == '/' || c == '.'))) {
                return false;
            }
            last = c;
        }
        String query = request.query();
        return query == null || (!query.contains("%0") && !query.contains("%1")); // control characters
    }

    /** For each chain. */
    List<MayTake> of(WebFilterChainProxy proxy) {
        return read(proxy, "filters") instanceof List<?> chains
                ? chains.stream()
                        .map(chain -> chain instanceof SecurityWebFilterChain known
                                ? chain(known)
                                : MayTake.ANY)
                        .toList()
                : List.of(MayTake.ANY);
    }

    private MayTake chain(SecurityWebFilterChain chain) {
        return chain.getClass() == MatcherSecurityWebFilterChain.class
                && read(chain, "matcher") instanceof ServerWebExchangeMatcher matcher
                        ? matcher(matcher)
                        : MayTake.ANY;
    }

    private MayTake matcher(ServerWebExchangeMatcher matcher) {
        return switch (matcher) {
            case PathPatternParserServerWebExchangeMatcher path -> path(path);
            case OrServerWebExchangeMatcher or -> matchers(or).stream().reduce(MayTake::or)
                    .orElse(MayTake.ANY);
            case AndServerWebExchangeMatcher and -> matchers(and).stream().reduce(MayTake::and)
                    .orElse(MayTake.ANY);
            case NegatedServerWebExchangeMatcher not ->
                read(not, "matcher") instanceof ServerWebExchangeMatcher inner
                        ? matcher(inner).not()
                        : MayTake.ANY;
            default -> MayTake.ANY;
        };
    }

    private List<MayTake> matchers(ServerWebExchangeMatcher several) {
        return read(several, "matchers") instanceof List<?> all
                ? all.stream().map(one -> one instanceof ServerWebExchangeMatcher known
                        ? matcher(known)
                        : MayTake.ANY).toList()
                : List.of(MayTake.ANY);
    }

    private MayTake path(PathPatternParserServerWebExchangeMatcher matcher) {
        if (!(read(matcher, "pattern") instanceof PathPattern pattern)
                || !Boolean.TRUE.equals(read(pattern, "caseSensitive"))) { // conditions compare exactly
            return MayTake.ANY;
        }
        PathPattern whole = settings.basePath().isEmpty()
                ? pattern
                : PathPatternParser.defaultInstance.parse(settings.under(pattern.getPatternString()));
        Condition path = new PathCondition(List.of(whole));
        return read(matcher, "method") instanceof org.springframework.http.HttpMethod method
                ? MayTake.when(path)
                        .and(MayTake.when(new MethodCondition(Set.of(HttpMethod.valueOf(method.name())))))
                : MayTake.when(path);
    }

    /** They have no accessors. Null where a later version calls it otherwise. */
    private static @Nullable Object read(Object from, String name) {
        Field field = ReflectionUtils.findField(from.getClass(), name);
        if (field == null) {
            return null;
        }
        ReflectionUtils.makeAccessible(field);
        return ReflectionUtils.getField(field, from);
    }
}
