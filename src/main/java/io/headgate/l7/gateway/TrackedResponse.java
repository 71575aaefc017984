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
    private boolean whole;

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

    /** Whether the whole body was handed over: a client that leaves now has missed nothing. */
    boolean whole() {
        return whole;
    }

    @Override
    public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
        return super.writeWith(body instanceof Mono<? extends DataBuffer> mono
                ? mono.doOnNext(this::count).doOnSuccess(buffer -> end())
                : Flux.from(body).doOnNext(this::count).doOnComplete(this::end));
    }

    @Override
    public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
        return super.writeAndFlushWith(
                Flux.from(body).map(part -> Flux.from(part).doOnNext(this::count)).doOnComplete(this::end));
    }

    private void count(DataBuffer buffer) {
        bytes += buffer.readableByteCount();
    }

    private void end() {
        whole = true;
    }
}
