package io.headgate.l7.gateway.spring;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseCookie;
import org.springframework.http.server.reactive.AbstractServerHttpResponse;
import org.springframework.http.support.Netty4HeadersAdapter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The answer of a request of the fast lane, as Spring has it: what a filter answers by itself is kept here,
 * and the head of any other answer is copied in, so that filters can change it, and out again.
 */
final class HeadResponse extends AbstractServerHttpResponse {

    /** Of what filters answer: pages for people, and words about what is wrong. */
    private static final int MAX_BODY = 1 << 20;

    /** The names that only the connection decides about. */
    private static final List<AsciiString> FRAMING = List.of(HttpHeaderNames.CONTENT_LENGTH,
            HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderNames.CONNECTION);

    private final HttpHeaders headers;
    private byte[] body = {};

    HeadResponse() {
        this(new DefaultHttpHeaders());
    }

    private HeadResponse(HttpHeaders headers) {
        super(DefaultDataBufferFactory.sharedInstance,
                new org.springframework.http.HttpHeaders(new Netty4HeadersAdapter(headers)));
        this.headers = headers;
    }

    /** The headers that it has, names and values in turn, but those that say how long the body is. */
    List<String> all() {
        List<String> all = new ArrayList<>();
        for (Map.Entry<String, String> header : headers) {
            if (FRAMING.stream().noneMatch(name -> name.contentEqualsIgnoreCase(header.getKey()))) {
                all.add(header.getKey());
                all.add(header.getValue());
            }
        }
        return all;
    }

    int status() {
        HttpStatusCode status = getStatusCode();
        return status == null ? 200 : status.value();
    }

    byte[] body() {
        return body;
    }

    /** The head of the answer that the client gets: filters see it from now on. */
    void show(int status, HttpHeaders answer) {
        headers.set(answer);
        setStatusCode(HttpStatusCode.valueOf(status));
    }

    /** What filters have made of it. How long the body is was not theirs to say. */
    void applyTo(HttpHeaders answer) {
        for (AsciiString name : FRAMING) {
            headers.remove(name);
            if (answer.contains(name)) {
                headers.set(name, answer.getAll(name));
            }
        }
        answer.set(headers);
    }

    // What a filter answers by itself

    @Override
    protected Mono<Void> writeWithInternal(Publisher<? extends DataBuffer> content) {
        return DataBufferUtils.join(content, MAX_BODY).doOnNext(whole -> {
            byte[] bytes = new byte[whole.readableByteCount()];
            whole.read(bytes);
            DataBufferUtils.release(whole);
            body = bytes;
        }).then();
    }

    @Override
    protected Mono<Void> writeAndFlushWithInternal(
            Publisher<? extends Publisher<? extends DataBuffer>> content) {
        return writeWithInternal(Flux.from(content).concatMap(part -> part));
    }

    @Override
    protected void applyStatusCode() {
        // it is read when all is done
    }

    @Override
    protected void applyHeaders() {
        // likewise
    }

    @Override
    protected void applyCookies() {
        for (List<ResponseCookie> cookies : getCookies().values()) {
            for (ResponseCookie cookie : cookies) {
                headers.add(HttpHeaderNames.SET_COOKIE, cookie.toString());
            }
        }
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // Spring declares it so
    public <T> T getNativeResponse() {
        throw HeadRequest.lacks("the native response");
    }
}
