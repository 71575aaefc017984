package io.headgate.l7.gateway;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.PRESERVE_HOST_HEADER_ATTRIBUTE;

import io.headgate.l7.route.Copies;
import io.headgate.l7.route.Mirroring;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.net.URI;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;

/** Copies requests of the slow lane, once all filters of their route have changed them. */
final class MirrorFilter implements GatewayFilter, Ordered {

    private static final String COPIED = MirrorFilter.class.getName();

    private final Mirroring rule;
    private final Supplier<Copies> copies;

    MirrorFilter(Mirroring rule, Supplier<Copies> copies) {
        this.rule = rule;
        this.copies = copies;
    }

    /** After the filters of the route, when its target is known. */
    @Override
    public int getOrder() {
        return PoolFilter.ORDER - 1;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        if (exchange.getAttributes().putIfAbsent(COPIED, true) != null
                || !(ServerHttpRequestDecorator
                        .getNativeRequest(exchange.getRequest()) instanceof Connection c)) {
            return chain.filter(exchange); // it is repeated
        }
        EventLoop loop = c.channel().eventLoop();
        Mono<Void> copied = Mono.defer(() -> copied(exchange, chain, c.channel()));
        return loop.inEventLoop() ? copied : copied.subscribeOn(RequestNotes.loop(exchange));
    }

    private Mono<Void> copied(ServerWebExchange exchange, GatewayFilterChain chain, Channel client) {
        URI target = exchange.getAttribute(GATEWAY_REQUEST_URL_ATTR);
        Copies.Copy copy = target == null
                ? null
                : copies.get().begin(client, rule, request(exchange.getRequest(), target),
                        exchange.getAttributeOrDefault(PRESERVE_HOST_HEADER_ATTRIBUTE, false));
        if (copy == null) {
            return chain.filter(exchange);
        }
        if (!SlowRequest.of(exchange).hasBody()) {
            copy.add(Unpooled.EMPTY_BUFFER, true);
            copy.flush();
            return chain.filter(exchange);
        }
        ServerHttpRequest read = new Read(exchange.getRequest(), copy, client.eventLoop());
        return chain.filter(exchange.mutate().request(read).build()).doFinally(
                end -> client.eventLoop().execute(copy::end));
    }

    private static HttpRequest request(ServerHttpRequest request, URI target) {
        String path = target.getRawPath();
        String query = target.getRawQuery();
        HttpRequest copy = new DefaultHttpRequest(HttpVersion.HTTP_1_1,
                HttpMethod.valueOf(request.getMethod().name()),
                (path == null || path.isEmpty() ? "/" : path) + (query == null ? "" : '?' + query));
        request.getHeaders().forEach((name, values) -> copy.headers().add(name, values));
        return copy;
    }

    /**
     * Copies the request's body while it is read for the first time. A body that a filter has kept comes on
     * any thread.
     */
    private static final class Read extends ServerHttpRequestDecorator {

        private final Copies.Copy copy;
        private final EventLoop loop;
        private final AtomicBoolean once = new AtomicBoolean();
        /** Parts that wait for the event loop. */
        private final AtomicInteger waiting = new AtomicInteger();

        Read(ServerHttpRequest delegate, Copies.Copy copy, EventLoop loop) {
            super(delegate);
            this.copy = copy;
            this.loop = loop;
        }

        @Override
        public Flux<DataBuffer> getBody() {
            return Flux.defer(() -> once.getAndSet(true)
                    ? super.getBody()
                    : super.getBody().doOnNext(this::add)
                            .doOnComplete(() -> add(Unpooled.EMPTY_BUFFER, true)));
        }

        private void add(DataBuffer buffer) {
            ByteBuf bytes = Unpooled.buffer(buffer.readableByteCount());
            try (DataBuffer.ByteBufferIterator parts = buffer.readableByteBuffers()) {
                parts.forEachRemaining(bytes::writeBytes);
            }
            add(bytes, false);
        }

        /** Adds parts in their order, on whichever threads they come. */
        private void add(ByteBuf bytes, boolean last) {
            if (loop.inEventLoop() && waiting.get() == 0) {
                pass(bytes, last);
                return;
            }
            waiting.incrementAndGet();
            loop.execute(() -> {
                waiting.decrementAndGet();
                pass(bytes, last);
            });
        }

        private void pass(ByteBuf bytes, boolean last) {
            copy.add(bytes, last);
            copy.flush();
        }
    }

    @Override
    public String toString() {
        return "[Mirror " + rule.copies().target() + "]";
    }
}
