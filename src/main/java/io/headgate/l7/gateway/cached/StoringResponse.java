package io.headgate.l7.gateway.cached;

import io.headgate.l7.cache.CacheTurn;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Passes a member's body on, and tells the cache about it. */
final class StoringResponse extends ServerHttpResponseDecorator {

    private final CacheTurn turn;

    StoringResponse(ServerHttpResponse delegate, CacheTurn turn) {
        super(delegate);
        this.turn = turn;
    }

    @Override
    public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
        return super.writeWith(body instanceof Mono<? extends DataBuffer> one
                ? one.doOnNext(this::part).doOnSuccess(end -> turn.complete())
                : Flux.from(body).doOnNext(this::part).doOnComplete(turn::complete));
    }

    @Override
    public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
        return super.writeAndFlushWith(Flux.from(body).map(part -> Flux.from(part).doOnNext(this::part))
                .doOnComplete(turn::complete));
    }

    private void part(DataBuffer part) {
        try (DataBuffer.ByteBufferIterator bytes = part.readableByteBuffers()) {
            while (bytes.hasNext()) {
                ByteBuffer next = bytes.next();
                turn.data(Unpooled.wrappedBuffer(next));
            }
        }
    }
}
