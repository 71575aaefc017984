package io.headgate.l7.gateway.compile;

import java.lang.reflect.Proxy;
import java.util.Map;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * SCG's SecureHeaders, whose headers are the same for every answer: they are taken from the filter itself,
 * once, with an empty answer.
 */
final class SecureHeaders {

    private SecureHeaders() {
    }

    static Edits of(GatewayFilter filter) {
        HttpHeaders added = new HttpHeaders();
        ServerHttpResponse response = standIn(ServerHttpResponse.class, "getHeaders", added);
        ServerWebExchange exchange = standIn(ServerWebExchange.class, "getResponse", response);
        filter.filter(exchange, any -> Mono.empty()).block();
        Map<String, String> headers = Map.copyOf(added.toSingleValueMap());
        return new Edits(null, draft -> headers.forEach((name, value) -> {
            if (!draft.headers().contains(name)) {
                draft.headers().add(name, value);
            }
        }), null, headers);
    }

    /** Knows the answer to one question. */
    private static <T> T standIn(Class<T> type, String question, Object answer) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[]{type}, (self, method, args) -> {
                    if (method.getName().equals(question)) {
                        return answer;
                    }
                    throw new UnsupportedOperationException(method.getName());
                }));
    }
}
