package io.headgate.l7.gateway.compressed;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.l7.compress.Compressing;
import io.headgate.l7.compress.Compression;
import io.headgate.l7.compress.CompressionRules;
import io.headgate.l7.compress.ContentCoding;
import io.headgate.l7.compress.TakenByEncoders;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class CompressedResponseTest {

    /** Asks for parts before it takes what is in them, as the server does. */
    private static final class Ahead extends ServerHttpResponseDecorator {

        Ahead(ServerHttpResponse response) {
            super(response);
        }

        @Override
        public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
            return super.writeWith(Flux.from(body).concatMap(Flux::from, 32));
        }
    }

    private static final Compression COMPRESSION = new Compression(new CompressionRules(
            List.of(ContentCoding.GZIP), List.of("text/plain"), 0, 6, List.of()));

    private final MockServerWebExchange exchange = MockServerWebExchange
            .from(MockServerHttpRequest.get("/").header("Accept-Encoding", "gzip"));
    private final ServerHttpResponse response = CompressedResponse
            .around(exchange.mutate().response(new Ahead(exchange.getResponse())).build(), COMPRESSION)
            .getResponse();
    private final AtomicReference<byte[]> sent = new AtomicReference<>(new byte[0]);
    private final Sinks.Many<DataBuffer> slow = Sinks.many().unicast().onBackpressureBuffer();

    CompressedResponseTest() {
        response.getHeaders().add("Content-Type", "text/plain");
        exchange.getResponse().setWriteHandler(body -> DataBufferUtils.join(body).doOnNext(all -> {
            byte[] bytes = new byte[all.readableByteCount()];
            all.read(bytes);
            sent.set(bytes);
        }).then());
    }

    private static DataBuffer buffer(String text) {
        return DefaultDataBufferFactory.sharedInstance.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The server knows that there are no more parts long before a slow client has taken the first one. */
    @Test
    void partsThatWaitForASlowClientAreCompressedAfterTheLastHasCome() throws IOException {
        long before = TakenByEncoders.bytes();
        Mono<Void> written = response.writeAndFlushWith(
                Flux.just(slow.asFlux(), Flux.just(buffer("two ")), Flux.just(buffer("three"))));
        var _ = written.subscribe();
        slow.tryEmitNext(buffer("one ")).orThrow();
        slow.tryEmitComplete().orThrow();
        assertThat(new String(new GZIPInputStream(new ByteArrayInputStream(sent.get())).readAllBytes(),
                StandardCharsets.UTF_8)).isEqualTo("one two three");
        assertThat(TakenByEncoders.bytes()).isEqualTo(before);
    }

    @Test
    void aClientThatGoesGivesTheMemoryBack() {
        long before = TakenByEncoders.bytes();
        Disposable written = response.writeAndFlushWith(Flux.just(slow.asFlux(), Flux.just(buffer("two"))))
                .subscribe();
        slow.tryEmitNext(buffer("one")).orThrow();
        assertThat(TakenByEncoders.bytes()).isGreaterThan(before);
        written.dispose();
        assertThat(TakenByEncoders.bytes()).isEqualTo(before);
        assertThat(sent.get()).isEmpty();
    }

    /** The client's thread ends it while the member's goes on. */
    @Test
    void nothingComesOfPartsBehindTheEnd() throws InterruptedException {
        long before = TakenByEncoders.bytes();
        for (int round = 0; round < 200; round++) {
            Compressing compressing = COMPRESSION
                    .begin(new DefaultHttpHeaders().add("Accept-Encoding", "gzip"), false, true);
            HttpHeaders head = new DefaultHttpHeaders().add("Content-Type", "text/plain");
            compressing.head(200, head, -1);
            CompressedBody body = new CompressedBody(compressing);
            Thread client = Thread.ofPlatform().start(body::close);
            ByteBuf part = body.add(buffer("x".repeat(1000)));
            while (part.isReadable()) {
                part.release();
                part = body.add(buffer("x".repeat(1000)));
            }
            body.close();
            client.join();
            assertThat(body.finish()).isSameAs(Unpooled.EMPTY_BUFFER);
            assertThat(TakenByEncoders.bytes()).isEqualTo(before);
        }
    }
}
