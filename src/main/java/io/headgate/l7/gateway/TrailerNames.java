package io.headgate.l7.gateway;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.cloud.gateway.filter.headers.TrailerHeadersFilter;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;

/**
 * Takes out of a member's trailers what may not stand there: fields that are about the connection or the
 * framing (RFC 9110, 6.5.1 and 7.6.1), and those that Reactor Netty does not take, for which it would drop
 * the rest as well.
 */
public final class TrailerNames implements HttpHeadersFilter, TrailerHeadersFilter {

    private static final Set<String> NOT_ALLOWED = Set.of("connection", "keep-alive", "proxy-connection",
            "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade",
            "host", "content-length", "content-encoding", "content-range", "content-type", "age",
            "cache-control", "date", "expires", "location", "retry-after", "vary", "warning");

    @Override
    public HttpHeaders filter(HttpHeaders headers, ServerWebExchange exchange) {
        return headers;
    }

    @Override
    public HttpHeaders trailers(@Nullable HttpHeaders received, ServerWebExchange exchange) {
        HttpHeaders allowed = new HttpHeaders();
        if (received != null) {
            received.forEach((name, values) -> {
                if (!NOT_ALLOWED.contains(name.toLowerCase(Locale.ROOT)) && !name.startsWith(":")) {
                    allowed.put(name, values);
                }
            });
        }
        return allowed;
    }
}
