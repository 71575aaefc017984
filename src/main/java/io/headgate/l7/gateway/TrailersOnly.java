package io.headgate.l7.gateway;

import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Passes on a gRPC answer that is only a head, as most errors are, as it is. Spring Cloud Gateway makes
 * trailers of two of its fields; a client would not find the others (the error's details, what the service
 * adds).
 */
public final class TrailersOnly implements HttpHeadersFilter, Ordered {

    private static final String GRPC = "application/grpc";

    /** After SCG's GRPCResponseHeadersFilter (0), whose trailers are taken back. */
    @Override
    public int getOrder() {
        return 1;
    }

    @Override
    public boolean supports(Type type) {
        return type == Type.RESPONSE;
    }

    @Override
    public HttpHeaders filter(HttpHeaders headers, ServerWebExchange exchange) {
        String asked = exchange.getRequest().getHeaders().getFirst(HttpHeaders.CONTENT_TYPE);
        if (asked == null || !asked.startsWith(GRPC) || !headers.containsHeader("grpc-status")) {
            return headers;
        }
        ServerHttpResponse response = exchange.getResponse();
        HttpServerResponse answer = ServerHttpResponseDecorator.getNativeResponse(response);
        answer.trailerHeaders(trailers -> {
        });
        HttpHeaders all = new HttpHeaders();
        all.addAll(headers);
        all.setContentLength(0); // so that Reactor Netty ends the stream with the head
        return all;
    }
}
