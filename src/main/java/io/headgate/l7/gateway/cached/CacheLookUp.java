package io.headgate.l7.gateway.cached;

import io.headgate.l7.cache.CacheStep;
import io.headgate.l7.cache.CacheTurn;
import io.headgate.l7.cache.CachedReply;
import io.headgate.l7.cache.Storable;
import io.headgate.l7.gateway.PoolFilter;
import io.headgate.l7.gateway.SlowLane;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.core.Ordered;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Asks the cache of a route that has one, when it is settled what the member would be asked. */
public final class CacheLookUp implements GlobalFilter, Ordered {

    private static final List<String> CHANGED = List.of(org.springframework.http.HttpHeaders.IF_NONE_MATCH,
            org.springframework.http.HttpHeaders.IF_MODIFIED_SINCE,
            org.springframework.http.HttpHeaders.IF_RANGE, Storable.CAPABILITY);

    @Override
    public int getOrder() {
        return PoolFilter.ORDER - 10;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        SlowCaching caching = SlowCaching.of(exchange);
        if (caching == null) {
            return chain.filter(exchange);
        }
        return act(caching.turn().lookUp(caching.question(exchange)), caching, exchange, chain);
    }

    private static Mono<Void> act(CacheStep next, SlowCaching caching, ServerWebExchange exchange,
            GatewayFilterChain chain) {
        CacheTurn turn = caching.turn();
        return switch (next) {
            case CacheStep.Reply(CachedReply _, boolean refresh) when refresh -> {
                turn.refreshHere(); // no request goes through Spring's filters without a client
                yield forward(caching, exchange, chain);
            }
            case CacheStep.Reply(CachedReply reply, boolean _) ->
                Mono.fromRunnable(() -> caching.answer(exchange, reply));
            case CacheStep.Wait _ -> Mono.<Boolean>create(
                    sink -> turn.await(SlowLane.loop(exchange), () -> sink.success(true)))
                    .flatMap(waited -> act(turn.lookAgain(), caching, exchange, chain));
            case CacheStep.Forward _ -> forward(caching, exchange, chain);
        };
    }

    private static Mono<Void> forward(SlowCaching caching, ServerWebExchange exchange,
            GatewayFilterChain chain) {
        HttpHeaders headers = SlowCaching.headers(exchange.getRequest().getHeaders());
        caching.turn().forward(headers);
        return chain.filter(conditional(exchange, headers))
                .onErrorResume(error -> {
                    CachedReply stale = SlowLane.reason(error).status() < 502
                            || exchange.getResponse().isCommitted()
                                    ? null
                                    : caching.turn().failed();
                    return stale == null
                            ? Mono.error(error)
                            : Mono.fromRunnable(() -> caching.answer(exchange, stale));
                }).then(Mono.defer(() -> caching.replaced(exchange)));
    }

    /** With what the cache has made of the client's conditions. */
    private static ServerWebExchange conditional(ServerWebExchange exchange, HttpHeaders headers) {
        ServerHttpRequest request = exchange.getRequest();
        if (CHANGED.stream()
                .allMatch(name -> headers.getAll(name).equals(request.getHeaders().getOrEmpty(name)))) {
            return exchange;
        }
        return exchange.mutate().request(request.mutate().headers(own -> CHANGED.forEach(name -> {
            own.remove(name);
            headers.getAll(name).forEach(value -> own.add(name, value));
        })).build()).build();
    }
}
