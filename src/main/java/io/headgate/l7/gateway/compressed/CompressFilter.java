package io.headgate.l7.gateway.compressed;

import io.headgate.l7.compress.Compression;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.NettyWriteResponseFilter;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Compresses the answers of one route: its own rules come before those for all answers. */
final class CompressFilter implements GatewayFilter, Ordered {

    private final Compression compression;

    CompressFilter(Compression compression) {
        this.compression = compression;
    }

    /** Nearer to the client than what stores the answer. */
    @Override
    public int getOrder() {
        return NettyWriteResponseFilter.WRITE_RESPONSE_FILTER_ORDER - 3;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        CompressedResponse already = CompressedResponse.of(exchange);
        if (already != null) {
            already.follow(compression);
            return chain.filter(exchange);
        }
        return chain.filter(CompressedResponse.around(exchange, compression));
    }

    @Override
    public String toString() {
        return "[Compress " + compression.rules() + "]";
    }
}
