package io.headgate.l7.gateway.own;

import io.headgate.l7.route.BodyChange;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.Callable;
import org.reactivestreams.Publisher;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.NettyWriteResponseFilter;
import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Has the bodies of the slow lane changed as users' filters say. A filter of a route comes after the one that
 * writes the answer, so this one stands before that, and looks up what they have said.
 */
public final class SlowBodies implements GlobalFilter, Ordered {

    private static final String ANSWER = SlowBodies.class.getName() + ".answer";

    @Override
    public int getOrder() {
        return NettyWriteResponseFilter.WRITE_RESPONSE_FILTER_ORDER - 1;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        return chain.filter(exchange.mutate().response(new Changed(exchange)).build());
    }

    /** The answer's body is changed, after the changes that there are already. */
    static void changeAnswer(ServerWebExchange exchange, BodyChange change) {
        BodyChange before = exchange.getAttribute(ANSWER);
        exchange.getAttributes().put(ANSWER, before == null ? change : before.then(change));
        HttpHeaders headers = exchange.getResponse().getHeaders();
        headers.remove(HttpHeaders.CONTENT_LENGTH);
        HttpStatusCode status = exchange.getResponse().getStatusCode();
        boolean none = status != null && (status.value() == 204 || status.value() == 304);
        if (!none && !exchange.getRequest().getMethod().equals(HttpMethod.HEAD)) {
            headers.set(HttpHeaders.TRANSFER_ENCODING, "chunked"); // or only the connection's end ends it
        }
    }

    /** With a changed body. */
    static ServerHttpRequest changed(ServerHttpRequest request, BodyChange change,
            NettyDataBufferFactory buffers) {
        HttpHeaders headers = HttpHeaders.copyOf(request.getHeaders());
        headers.remove(HttpHeaders.CONTENT_LENGTH);
        return new ServerHttpRequestDecorator(request) {

            @Override
            public HttpHeaders getHeaders() {
                return headers;
            }

            @Override
            public Flux<DataBuffer> getBody() {
                return whole(super.getBody(), change, buffers);
            }
        };
    }

    private static Flux<DataBuffer> whole(Publisher<? extends DataBuffer> body, BodyChange change,
            NettyDataBufferFactory buffers) {
        return pieces(body, change, buffers).concatWith(end(change, buffers));
    }

    private static Flux<DataBuffer> pieces(Publisher<? extends DataBuffer> body, BodyChange change,
            NettyDataBufferFactory buffers) {
        return Flux.from(body).handle((part, sink) -> {
            ByteBuf changed = change.piece(NettyDataBufferFactory.toByteBuf(part));
            if (changed.isReadable()) {
                sink.next(buffers.wrap(changed));
            } else {
                changed.release();
            }
        });
    }

    private static Mono<DataBuffer> end(BodyChange change, NettyDataBufferFactory buffers) {
        Callable<DataBuffer> end = () -> buffers.wrap(change.end());
        return Mono.fromCallable(end);
    }

    /** An answer whose body may be changed. */
    private static final class Changed extends ServerHttpResponseDecorator {

        private final ServerWebExchange exchange;

        Changed(ServerWebExchange exchange) {
            super(exchange.getResponse());
            this.exchange = exchange;
        }

        @Override
        public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
            BodyChange change = exchange.getAttribute(ANSWER);
            return super.writeWith(
                    change == null || !(bufferFactory() instanceof NettyDataBufferFactory netty)
                            ? body
                            : whole(body, change, netty));
        }

        @Override
        public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
            BodyChange change = exchange.getAttribute(ANSWER);
            return super.writeAndFlushWith(
                    change == null || !(bufferFactory() instanceof NettyDataBufferFactory netty)
                            ? body
                            : Flux.from(body).<Publisher<DataBuffer>>map(part -> pieces(part, change, netty))
                                    .concatWithValues(end(change, netty)));
        }
    }
}
