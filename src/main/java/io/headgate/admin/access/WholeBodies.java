package io.headgate.admin.access;

import java.io.ByteArrayOutputStream;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Reads the body before anybody answers. Reactor Netty leaves a kept connection without an answer to its next
 * request when this one was answered just before the last of its body came (1.3.7).
 */
final class WholeBodies implements WebFilter {

    private static final int MAX_BYTES = 16 * 1024;
    /** More than this is not read to be polite: the connection is closed. */
    private static final int MAX_DRAINED = 1024 * 1024;

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        HttpHeaders headers = exchange.getRequest().getHeaders();
        if (!headers.containsHeader(HttpHeaders.CONTENT_LENGTH)
                && !headers.containsHeader(HttpHeaders.TRANSFER_ENCODING)) {
            return chain.filter(exchange);
        }
        Body body = new Body();
        return exchange.getRequest().getBody().doOnNext(body::add).takeUntil(part -> body.seen > MAX_DRAINED)
                .then(Mono.defer(() -> {
                    if (body.seen > MAX_DRAINED) {
                        exchange.getResponse().getHeaders().set(HttpHeaders.CONNECTION, "close");
                    }
                    return body.seen > MAX_BYTES
                            ? Answer.refuse(exchange, HttpStatus.CONTENT_TOO_LARGE,
                                    "body: too large (expected: at most 16 KB)")
                            : chain.filter(exchange.mutate().request(body.of(exchange)).build());
                }));
    }

    private static final class Body {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private long seen;

        void add(DataBuffer part) {
            seen += part.readableByteCount();
            if (seen <= MAX_BYTES) {
                byte[] read = new byte[part.readableByteCount()];
                part.read(read);
                bytes.writeBytes(read);
            }
            DataBufferUtils.release(part);
        }

        ServerHttpRequest of(ServerWebExchange exchange) {
            return new ServerHttpRequestDecorator(exchange.getRequest()) {
                @Override
                public Flux<DataBuffer> getBody() {
                    return bytes.size() == 0
                            ? Flux.empty()
                            : Flux.defer(() -> Flux
                                    .just(exchange.getResponse().bufferFactory().wrap(bytes.toByteArray())));
                }
            };
        }
    }
}
