package io.headgate.l7.gateway.expand;

import io.headgate.net.HostNames;
import java.util.function.Predicate;
import org.springframework.cloud.gateway.handler.predicate.GatewayPredicate;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;

/**
 * Host, which compares names in their normal form. Routes name a predicate by its class, so it has the same
 * name.
 */
final class HostRoutePredicateFactory
        extends
            org.springframework.cloud.gateway.handler.predicate.HostRoutePredicateFactory {

    private final org.springframework.cloud.gateway.handler.predicate.HostRoutePredicateFactory theirs;

    HostRoutePredicateFactory(
            org.springframework.cloud.gateway.handler.predicate.HostRoutePredicateFactory theirs) {
        this.theirs = theirs;
    }

    @Override
    public Predicate<ServerWebExchange> apply(Config config) {
        Config normal = new Config();
        normal.setPatterns(config.getPatterns().stream().map(HostNames::pattern).toList());
        Predicate<ServerWebExchange> matches = theirs.apply(normal);
        return new GatewayPredicate() {

            @Override
            public boolean test(ServerWebExchange exchange) {
                return matches.test(compared(exchange));
            }

            @Override
            public Object getConfig() {
                return config;
            }

            @Override
            public String toString() {
                return "Hosts: " + config.getPatterns();
            }
        };
    }

    private static ServerWebExchange compared(ServerWebExchange exchange) {
        String host = exchange.getRequest().getHeaders().getFirst(HttpHeaders.HOST);
        String normal = host == null ? null : HostNames.normal(host);
        return normal == null || normal.equals(host)
                ? exchange
                : exchange.mutate().request(request -> request
                        .headers(headers -> headers.set(HttpHeaders.HOST, normal))).build();
    }
}
