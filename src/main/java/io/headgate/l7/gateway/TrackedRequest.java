package io.headgate.l7.gateway;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import reactor.core.publisher.Flux;

/** Counts the bytes of the request's body. */
final class TrackedRequest extends ServerHttpRequestDecorator {

    private long bytes;

    TrackedRequest(ServerHttpRequest delegate) {
        super(delegate);
    }

    long bytes() {
        return bytes;
    }

    @Override
    public Flux<DataBuffer> getBody() {
        return super.getBody().doOnNext(buffer -> bytes += buffer.readableByteCount());
    }
}
