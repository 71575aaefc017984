package io.headgate.l7.gateway.compressed;

import io.headgate.l7.compress.Compression;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Compresses all answers, of routes and of what else the application serves. */
public final class CompressAllFilter implements WebFilter {

    private final Compression compression;

    public CompressAllFilter(Compression compression) {
        this.compression = compression;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        return chain.filter(CompressedResponse.around(exchange, compression));
    }
}
