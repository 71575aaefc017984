package io.headgate.l7.gateway;

import io.headgate.l7.Arrival;
import io.headgate.l7.Forwarding;
import io.headgate.l7.port.Arrivals;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.netty.Connection;
import reactor.netty.http.server.HttpServerRequest;

/**
 * Writes the forwarded headers for members: those of the request as the route's filters have left it, with
 * Headgate's own added. It runs after Spring Cloud Gateway's own filters, which have removed or extended
 * these headers, and discards what they have written.
 */
public final class ForwardedFilter implements HttpHeadersFilter, Ordered {

    private final Supplier<Forwarding> forwarding;

    public ForwardedFilter(Supplier<Forwarding> forwarding) {
        this.forwarding = forwarding;
    }

    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }

    @Override
    public HttpHeaders filter(HttpHeaders input, ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        InetSocketAddress peer = request.getRemoteAddress();
        HttpHeaders came = request.getHeaders();
        HttpHeaders headers = new HttpHeaders();
        input.forEach((name, values) -> {
            if (!Forwarding.isForwarded(name)) {
                headers.addAll(name, values);
            }
        });
        String client = Forwarding.address(peer);
        HttpServerRequest received = ServerHttpRequestDecorator.getNativeRequest(request);
        Arrival arrival = arrival(received);
        String scheme = arrival.scheme(); // the URI has none when a route has forwarded it
        String host = received.requestHeaders().get(HttpHeaders.HOST); // as the client sent it
        Forwarding now = forwarding.get();
        append(now, headers, came, Forwarding.FOR, client);
        keepOrSet(now, headers, came, Forwarding.PROTO, scheme);
        keepOrSet(now, headers, came, Forwarding.HOST, host);
        keepOrSet(now, headers, came, Forwarding.PORT, Forwarding.port(host == null ? "" : host, scheme));
        append(now, headers, came, Forwarding.FORWARDED, Forwarding.element(client, scheme, host));
        came.forEach((name, values) -> {
            if (Forwarding.isForwarded(name) && !headers.containsHeader(name)) {
                headers.addAll(name, values);
            }
        });
        for (int i = 0; i + 1 < arrival.certificateHeaders().size(); i += 2) {
            headers.set(arrival.certificateHeaders().get(i), arrival.certificateHeaders().get(i + 1));
        }
        return headers;
    }

    private static Arrival arrival(HttpServerRequest request) {
        return request instanceof Connection connection
                ? Arrivals.of(connection.channel())
                : Arrival.PLAIN;
    }

    private static void append(Forwarding now, HttpHeaders headers, HttpHeaders came, String name,
            String ours) {
        if (now.writes(name)) {
            headers.set(name,
                    now.keeps(name) ? Forwarding.append(came.getOrEmpty(name), ours) : ours);
        }
    }

    private static void keepOrSet(Forwarding now, HttpHeaders headers, HttpHeaders came, String name,
            @Nullable String ours) {
        List<String> theirs = came.getOrEmpty(name);
        if (!theirs.isEmpty() && (now.keeps(name) || !now.writes(name))) {
            headers.addAll(name, theirs);
        } else if (ours != null && now.writes(name)) {
            headers.set(name, ours);
        }
    }
}
