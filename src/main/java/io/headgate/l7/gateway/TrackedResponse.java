package io.headgate.l7.gateway;

import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Carries the call, and counts the bytes of the answer's body. */
final class TrackedResponse extends ServerHttpResponseDecorator {

    private final Call call;
    private long bytes;

    TrackedResponse(ServerHttpResponse delegate, Call call) {
        super(delegate);
        this.call = call;
    }

    Call call() {
        return call;
    }

    long bytes() {
        return bytes;
    }

    @Override
    public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
        return super.writeWith(body instanceof Mono<? extends DataBuffer> mono
                ? mono.doOnNext(this::count)
                : Flux.from(body).doOnNext(this::count));
    }

    @Override
    public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
        return super.writeAndFlushWith(Flux.from(body).map(part -> Flux.from(part).doOnNext(this::count)));
    }

    private void count(DataBuffer buffer) {
        bytes += buffer.readableByteCount();
    }
}
