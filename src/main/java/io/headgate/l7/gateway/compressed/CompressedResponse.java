package io.headgate.l7.gateway.compressed;

import io.headgate.l7.compress.Compressing;
import io.headgate.l7.compress.Compression;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Compresses a body part by part, as it is written. */
final class CompressedResponse extends ServerHttpResponseDecorator {

    private static final String ATTRIBUTE = CompressedResponse.class.getName();

    private final HttpHeaders request;
    private final boolean isHead;
    private Compression compression;
    private @Nullable Compressing decided;

    private CompressedResponse(ServerWebExchange exchange, Compression compression) {
        super(exchange.getResponse());
        this.request = headers(exchange.getRequest().getHeaders());
        this.isHead = exchange.getRequest().getMethod().equals(HttpMethod.HEAD);
        this.compression = compression;
    }

    /** The exchange with such a response; one that other filters will find. */
    static ServerWebExchange around(ServerWebExchange exchange, Compression compression) {
        CompressedResponse response = new CompressedResponse(exchange, compression);
        exchange.getAttributes().put(ATTRIBUTE, response);
        return exchange.mutate().response(response).build();
    }

    static @Nullable CompressedResponse of(ServerWebExchange exchange) {
        return exchange.getAttribute(ATTRIBUTE);
    }

    private static HttpHeaders headers(org.springframework.http.HttpHeaders from) {
        HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
        from.forEach(headers::add);
        return headers;
    }

    /** Another's rules, instead of those so far. */
    void follow(Compression other) {
        compression = other;
    }

    /** Null if the body is written as it is. */
    private @Nullable CompressedBody decide() {
        if (decided != null || isCommitted()) {
            return null;
        }
        Compressing mine = compression.begin(request, isHead, true);
        decided = mine;
        HttpStatusCode status = getStatusCode();
        HttpHeaders answer = headers(getHeaders());
        mine.head(status == null ? 200 : status.value(), answer, -1);
        boolean encoded = answer.contains(HttpHeaderNames.CONTENT_ENCODING)
                && !getHeaders().containsHeader(HttpHeaderNames.CONTENT_ENCODING.toString());
        if (encoded) { // without a length the connection would close behind it
            answer.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        List<String> before = new ArrayList<>(getHeaders().headerNames());
        before.stream().filter(name -> !answer.contains(name)).forEach(getHeaders()::remove);
        for (String name : answer.names()) {
            if (!answer.getAll(name).equals(getHeaders().getOrEmpty(name))) {
                getHeaders().put(name, new ArrayList<>(answer.getAll(name)));
            }
        }
        return mine.isActive() ? new CompressedBody(mine) : null;
    }

    @Override
    public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
        return Mono.defer(() -> {
            CompressedBody mine = decide();
            return mine == null
                    ? super.writeWith(body)
                    : super.writeWith(parts(Flux.from(body), mine).concatWith(end(mine)))
                            .doFinally(signal -> mine.close());
        });
    }

    @Override
    public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
        return Mono.defer(() -> {
            CompressedBody mine = decide();
            if (mine == null) {
                return super.writeAndFlushWith(body);
            }
            Flux<Publisher<DataBuffer>> parts = Flux.from(body)
                    .map(part -> parts(Flux.from(part), mine));
            // not when there are no more parts: they are compressed when the client takes them
            return super.writeAndFlushWith(parts.concatWith(Mono.just(end(mine))))
                    .doFinally(signal -> mine.close());
        });
    }

    @Override
    public Mono<Void> setComplete() {
        return Mono.defer(() -> {
            CompressedBody mine = decide();
            if (mine != null) { // there is a body, an empty one
                mine.close();
                getHeaders().remove(org.springframework.http.HttpHeaders.CONTENT_ENCODING);
            }
            return super.setComplete();
        });
    }

    /** Each of them is flushed, as the member's parts are. */
    private Flux<DataBuffer> parts(Flux<? extends DataBuffer> body, CompressedBody with) {
        return body.handle((part, sink) -> {
            ByteBuf to = Unpooled.EMPTY_BUFFER;
            try {
                to = with.add(part);
            } finally {
                DataBufferUtils.release(part);
            }
            if (to.isReadable()) {
                sink.next(wrapped(to));
            }
        });
    }

    private Mono<DataBuffer> end(CompressedBody of) {
        return Mono.fromSupplier(() -> wrapped(of.finish()));
    }

    private DataBuffer wrapped(ByteBuf bytes) {
        return bufferFactory() instanceof NettyDataBufferFactory netty
                ? netty.wrap(bytes)
                : Objects.requireNonNull(copied(bytes));
    }

    private DataBuffer copied(ByteBuf bytes) {
        byte[] copy = new byte[bytes.readableBytes()];
        bytes.readBytes(copy);
        bytes.release();
        return bufferFactory().wrap(copy);
    }
}
