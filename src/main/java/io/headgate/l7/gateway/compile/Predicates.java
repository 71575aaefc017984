package io.headgate.l7.gateway.compile;

import io.headgate.l7.GrpcMethods;
import io.headgate.l7.gateway.GrpcRoutePredicateFactory;
import io.headgate.l7.route.AddressCondition;
import io.headgate.l7.route.Condition;
import io.headgate.l7.route.CookieCondition;
import io.headgate.l7.route.ForwardedFor;
import io.headgate.l7.route.GrpcCondition;
import io.headgate.l7.route.HeaderCondition;
import io.headgate.l7.route.HostCondition;
import io.headgate.l7.route.MethodCondition;
import io.headgate.l7.route.PathCondition;
import io.headgate.l7.route.QueryCondition;
import io.headgate.l7.route.TimeCondition;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.handler.predicate.AfterRoutePredicateFactory;
import org.springframework.cloud.gateway.handler.predicate.BeforeRoutePredicateFactory;
import org.springframework.cloud.gateway.handler.predicate.BetweenRoutePredicateFactory;
import org.springframework.cloud.gateway.handler.predicate.CookieRoutePredicateFactory;
import org.springframework.cloud.gateway.handler.predicate.HeaderRoutePredicateFactory;
import org.springframework.cloud.gateway.handler.predicate.HostRoutePredicateFactory;
import org.springframework.cloud.gateway.handler.predicate.MethodRoutePredicateFactory;
import org.springframework.cloud.gateway.handler.predicate.PathRoutePredicateFactory;
import org.springframework.cloud.gateway.handler.predicate.QueryRoutePredicateFactory;
import org.springframework.cloud.gateway.handler.predicate.RemoteAddrRoutePredicateFactory;
import org.springframework.cloud.gateway.handler.predicate.XForwardedRemoteAddrRoutePredicateFactory;
import org.springframework.util.StringUtils;
import org.springframework.web.util.pattern.PathPatternParser;

/** Makes a condition of each predicate's bound configuration. */
final class Predicates {

    private final InstantSource wall;
    private final GatewaySettings settings;
    private final PathPatternParser paths = new PathPatternParser();

    Predicates(InstantSource wall, GatewaySettings settings) {
        this.wall = wall;
        this.settings = settings;
    }

    Condition compile(String name, Object config) throws NotCompilable {
        return switch (config) {
            case PathRoutePredicateFactory.Config path ->
                new PathCondition(
                        path.getPatterns().stream().map(settings::under).map(paths::parse).toList());
            case HostRoutePredicateFactory.Config host -> new HostCondition(host.getPatterns(),
                    settings.hostWithPort());
            case MethodRoutePredicateFactory.Config method -> new MethodCondition(
                    Arrays.stream(method.getMethods())
                            .map(m -> HttpMethod.valueOf(m.name()))
                            .collect(Collectors.toSet()));
            case GrpcRoutePredicateFactory.Config grpc ->
                new GrpcCondition(GrpcMethods.parse(grpc.getMethods()));
            case HeaderRoutePredicateFactory.Config header -> header(header);
            case CookieRoutePredicateFactory.Config cookie -> new CookieCondition(
                    Objects.requireNonNull(cookie.getName()),
                    Pattern.compile(Objects.requireNonNull(cookie.getRegexp())));
            case QueryRoutePredicateFactory.Config query -> query(query);
            case XForwardedRemoteAddrRoutePredicateFactory.Config forwarded -> new AddressCondition(
                    networks(forwarded.getSources()), new ForwardedFor(forwarded.getMaxTrustedIndex()),
                    forwarded.getSources());
            case RemoteAddrRoutePredicateFactory.Config peer -> new AddressCondition(
                    networks(peer.getSources()), AddressCondition.ClientAddress.PEER, peer.getSources());
            case AfterRoutePredicateFactory.Config after ->
                new TimeCondition(time(after.getDatetime()), null, wall);
            case BeforeRoutePredicateFactory.Config before ->
                new TimeCondition(null, time(before.getDatetime()), wall);
            case BetweenRoutePredicateFactory.Config between ->
                new TimeCondition(time(between.getDatetime1()),
                        time(between.getDatetime2()), wall);
            default ->
                throw new NotCompilable("predicate " + name, "remove " + name + ", or accept the slow lane");
        };
    }

    private static @Nullable Instant time(@Nullable ZonedDateTime time) {
        return time == null ? null : time.toInstant();
    }

    private static Condition header(HeaderRoutePredicateFactory.Config config) throws NotCompilable {
        Pattern regexp = StringUtils.hasText(config.getRegexp()) ? Pattern.compile(config.getRegexp()) : null;
        return new HeaderCondition(RequestHeaderFilters.name(config.getHeader()), regexp);
    }

    private static Condition query(QueryRoutePredicateFactory.Config config) throws NotCompilable {
        if (config.getPredicate() != null) {
            throw new NotCompilable("predicate Query with a bean", "write a regular expression instead");
        }
        Pattern regexp = StringUtils.hasText(config.getRegexp()) ? Pattern.compile(config.getRegexp()) : null;
        return new QueryCondition(Objects.requireNonNull(config.getParam()), regexp);
    }

    /** An address without a prefix length gets /32, as in Spring Cloud Gateway, even an IPv6 address. */
    private static List<IpSubnetFilterRule> networks(List<String> sources) {
        return sources.stream().map(source -> {
            int slash = source.indexOf('/');
            String address = slash < 0 ? source : source.substring(0, slash);
            int prefix = slash < 0 ? 32 : Integer.parseInt(source.substring(slash + 1));
            return new IpSubnetFilterRule(address, prefix, IpFilterRuleType.ACCEPT);
        }).toList();
    }
}
