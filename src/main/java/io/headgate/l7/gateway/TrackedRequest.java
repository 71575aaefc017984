package io.headgate.l7.gateway;

import io.headgate.l7.Arrival;
import io.headgate.l7.Forwarding;
import io.headgate.l7.port.Arrivals;
import io.headgate.l7.port.ClientAddress;
import io.headgate.l7.port.Refused;
import io.headgate.pool.Reason;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Keeps each header once, counts and paces the bytes of the body, and notices if the rest of it will not
 * come.
 */
final class TrackedRequest extends ServerHttpRequestDecorator {

    private final SlowRequest slow;
    private final HttpHeaders headers;
    private long bytes;

    TrackedRequest(ServerHttpRequest delegate, SlowRequest slow) {
        super(delegate);
        this.slow = slow;
        this.headers = merged(delegate.getHeaders());
    }

    /**
     * A header that came in different case ({@code X-A}, {@code x-a}) is several names to Netty, and one with
     * all the values under each of them to whoever copies it, as filters do: members would get them twice.
     */
    private static HttpHeaders merged(HttpHeaders received) {
        HttpHeaders merged = new HttpHeaders();
        received.headerSet().forEach(header -> merged.addAll(header.getKey(), header.getValue()));
        return HttpHeaders.readOnlyHttpHeaders(merged);
    }

    @Override
    public HttpHeaders getHeaders() {
        return headers;
    }

    /** Whether its headers announce a body. */
    static boolean hasBody(ServerHttpRequest request) {
        HttpHeaders headers = request.getHeaders();
        return headers.getContentLength() > 0 || headers.containsHeader(HttpHeaders.TRANSFER_ENCODING);
    }

    /** How its client came in. */
    static Arrival arrival(ServerHttpRequest request) {
        Connection connection = getNativeRequest(request);
        return Arrivals.of(connection.channel());
    }

    /** Who sends it, whatever filters and Spring's own strategies for forwarded headers make of it. */
    static @Nullable InetSocketAddress client(ServerHttpRequest request, Forwarding forwarding) {
        Connection connection = getNativeRequest(request);
        HttpServerRequest received = getNativeRequest(request);
        return forwarding.client(ClientAddress.of(connection.channel()),
                received.requestHeaders().getAll(Forwarding.FOR));
    }

    /** The client's connection, or its stream of HTTP/2. */
    static Channel channel(ServerHttpRequest request) {
        Connection connection = getNativeRequest(request);
        return connection.channel();
    }

    /**
     * Frames the answer for an HTTP/1.0 client. Such a client does not know chunks, so an answer without a
     * length ends with the connection. It also expects the connection to close unless it is told otherwise
     * (RFC 9112, 6.1 and C.2.2).
     */
    void frameFor(ServerHttpResponse response) {
        HttpServerRequest received = getNativeRequest(this);
        if (received.version().equals(HttpVersion.HTTP_1_0)) {
            HttpServerResponse answer = ServerHttpResponseDecorator.getNativeResponse(response);
            answer.chunkedTransfer(false);
            if (received.isKeepAlive()) {
                response.beforeCommit(() -> Mono.fromRunnable(
                        () -> response.getHeaders().set(HttpHeaders.CONNECTION, "keep-alive")));
            }
        }
    }

    long bytes() {
        return bytes;
    }

    @Override
    public Flux<DataBuffer> getBody() {
        return PacedBody.of(super.getBody().doOnSubscribe(reading -> slow.takesBody())
                .doOnNext(buffer -> bytes += buffer.readableByteCount())
                .doOnError(error -> slow.lost(whyLost())).map(TrackedRequest::copy), slow.kept(),
                slow.loop());
    }

    /**
     * Gives the bytes a buffer of their own. What was read at once shares one buffer and one reference count,
     * even with the next request, and Spring Cloud Gateway's cache of bodies (Retry, ReadBody) releases its
     * buffer until that count is 0.
     */
    private static DataBuffer copy(DataBuffer shared) {
        try {
            return shared.factory().allocateBuffer(shared.readableByteCount()).write(shared);
        } finally {
            DataBufferUtils.release(shared);
        }
    }

    /** Whether there is still someone to be answered. */
    boolean isConnected() {
        return !(getNativeRequest(this) instanceof Connection c) || c.channel().isActive();
    }

    /** Why there is no client any more: the guard has closed the connection, or the client has. */
    Reason whyLost() {
        Object connection = getNativeRequest(this);
        Reason refused = connection instanceof Connection c ? Refused.why(c.channel()) : null;
        return refused != null ? refused : Reason.CLIENT_GONE;
    }
}
