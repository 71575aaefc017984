package io.headgate.admin.access;

import java.util.function.UnaryOperator;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** An answer whose body is sent in another form, once the whole of it is there. */
public final class Rewritten extends ServerHttpResponseDecorator {

    private final UnaryOperator<byte[]> form;

    public Rewritten(ServerHttpResponse response, UnaryOperator<byte[]> form) {
        super(response);
        this.form = form;
    }

    @Override
    public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
        return DataBufferUtils.join(Flux.from(body)).flatMap(whole -> {
            byte[] bytes = new byte[whole.readableByteCount()];
            whole.read(bytes);
            DataBufferUtils.release(whole);
            byte[] other = form.apply(bytes);
            getHeaders().setContentLength(other.length);
            return getDelegate().writeWith(Mono.just(bufferFactory().wrap(other)));
        });
    }

    @Override
    public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
        return writeWith(Flux.from(body).concatMap(part -> part));
    }
}
