package io.headgate.l7.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Removes the headers that {@code Connection} names before any filter adds a header. Spring Cloud Gateway
 * removes them after all filters, so that a client could remove a header that its route adds and the member
 * relies on.
 */
public final class NamedByConnection implements GlobalFilter, Ordered {

    /** Options of the connection itself, which name no header. */
    private static final Set<String> OPTIONS = Set.of("close", "keep-alive", "upgrade");
    /** These headers frame the message or say where it goes. A client must not be able to remove them. */
    private static final Set<String> KEPT = Set.of("host", "content-length", "transfer-encoding");

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        List<String> named = exchange.getRequest().getHeaders().getConnection();
        List<String> options = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (String token : named) {
            String name = token.toLowerCase(Locale.ROOT);
            if (OPTIONS.contains(name)) {
                options.add(name);
            } else if (!name.isEmpty()) {
                names.add(name);
            }
        }
        return chain.filter(names.isEmpty() ? exchange : without(names, options, exchange));
    }

    private static ServerWebExchange without(List<String> names, List<String> options,
            ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest().mutate().headers(headers -> {
            names.stream().filter(name -> !KEPT.contains(name)).forEach(headers::remove);
            headers.setConnection(options);
            if (options.isEmpty()) {
                headers.remove(HttpHeaders.CONNECTION);
            }
        }).build();
        return exchange.mutate().request(request).build();
    }
}
