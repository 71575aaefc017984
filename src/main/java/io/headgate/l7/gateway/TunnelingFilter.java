package io.headgate.l7.gateway;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR;

import io.netty.channel.Channel;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.NettyWriteResponseFilter;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Spring Cloud Gateway's filter that passes a member's answer to the client, extended by the answer 101:
 * after the route's filters have seen its head, the connection becomes a {@link Tunnel}.
 */
public final class TunnelingFilter extends NettyWriteResponseFilter {

    private final Supplier<Duration> idle;

    /**
     * Takes the place of SCG's.
     *
     * @param idle how long nothing may be sent in a tunnel, zero for no limit
     */
    public TunnelingFilter(List<MediaType> streaming, ObjectProvider<List<HttpHeadersFilter>> headersFilters,
            Supplier<Duration> idle) {
        super(streaming, headersFilters);
        this.idle = idle;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        return super.filter(LeasedConnection.in(exchange), asked -> chain.filter(asked)
                .then(Mono.defer(() -> switches(exchange) ? tunnel(exchange) : Mono.empty())));
    }

    private static boolean switches(ServerWebExchange exchange) {
        return UpgradeFilter.isFor(exchange)
                && HttpStatus.SWITCHING_PROTOCOLS.equals(exchange.getResponse().getStatusCode())
                && exchange.getAttribute(CLIENT_RESPONSE_CONN_ATTR) != null;
    }

    private Mono<Void> tunnel(ServerWebExchange exchange) {
        Connection member = exchange.getRequiredAttribute(CLIENT_RESPONSE_CONN_ATTR);
        ServerHttpResponse response = exchange.getResponse();
        response.getHeaders().set(HttpHeaders.UPGRADE, "websocket");
        response.getHeaders().set(HttpHeaders.CONNECTION, "upgrade");
        // Commits the answer, so that all that has a say in its head has had it, and sends nothing.
        return response.setComplete().then(Mono.create(sink -> {
            HttpServerResponse answer = ServerHttpResponseDecorator.getNativeResponse(response);
            Channel client = ((Connection) answer).channel();
            Tunnel tunnel = new Tunnel(SlowRequest.of(exchange), client, member.channel());
            client.closeFuture().addListener(closed -> client.eventLoop().execute(() -> {
                tunnel.end(null); // its own handler may hear of it later: what is told now has the bytes
                sink.success();
            }));
            tunnel.begin(answer.responseHeaders(), idle.get());
        }));
    }
}
