package io.headgate.l7.gateway;

import io.headgate.l7.route.GrpcWeb;
import io.headgate.l7.route.RequestEdit;
import io.headgate.pool.Reason;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** {@code GrpcWeb}: pages of browsers may call the members of the route, which speak gRPC. */
public final class GrpcWebGatewayFilterFactory extends AbstractGatewayFilterFactory<Object> {

    private static final RequestEdit EDIT = new GrpcWeb.Edit();

    public GrpcWebGatewayFilterFactory() {
        super(Object.class);
    }

    /** What the fast lane does in the place of the filter. */
    public static RequestEdit edit() {
        return EDIT;
    }

    @Override
    public GatewayFilter apply(Object config) {
        return new Refusing();
    }

    /** The slow lane does not translate: members would take such a call for something else. */
    private static final class Refusing implements GatewayFilter {

        @Override
        public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
            String type = exchange.getRequest().getHeaders().getFirst(HttpHeaders.CONTENT_TYPE);
            return GrpcWeb.is(type)
                    ? Mono.error(new Failure(Reason.PROTOCOL_UNSUPPORTED, null))
                    : chain.filter(exchange);
        }

        @Override
        public String toString() {
            return "[GrpcWeb]";
        }
    }
}
