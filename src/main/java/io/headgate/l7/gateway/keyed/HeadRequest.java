package io.headgate.l7.gateway.keyed;

import io.headgate.l7.TargetEscapes;
import io.headgate.l7.route.RequestDraft;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.cookie.Cookie;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;
import java.net.InetSocketAddress;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpCookie;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.AbstractServerHttpRequest;
import org.springframework.http.server.reactive.SslInfo;
import org.springframework.http.support.Netty4HeadersAdapter;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import reactor.core.publisher.Flux;

/** The head of a request of the fast lane, as Spring has it. It has no body, and cannot be changed. */
final class HeadRequest extends AbstractServerHttpRequest {

    private final RequestDraft draft;

    HeadRequest(RequestDraft draft) {
        super(HttpMethod.valueOf(draft.received().method().name()), uri(draft), "",
                HttpHeaders.readOnlyHttpHeaders(new HttpHeaders(new Netty4HeadersAdapter(draft.headers()))));
        this.draft = draft;
    }

    private static URI uri(RequestDraft draft) {
        String host = draft.headers().get(HttpHeaderNames.HOST);
        return URI.create((draft.received().isSecure() ? "https://" : "http://") + host
                + TargetEscapes.escaped(draft.target()));
    }

    @Override
    protected MultiValueMap<String, HttpCookie> initCookies() {
        MultiValueMap<String, HttpCookie> all = new LinkedMultiValueMap<>();
        for (String line : draft.headers().getAll(HttpHeaderNames.COOKIE)) {
            for (Cookie cookie : ServerCookieDecoder.LAX.decodeAll(line)) {
                all.add(cookie.name(), new HttpCookie(cookie.name(), cookie.value()));
            }
        }
        return all;
    }

    @Override
    public @Nullable InetSocketAddress getRemoteAddress() {
        return draft.received().peer();
    }

    @Override
    protected @Nullable SslInfo initSslInfo() {
        return null;
    }

    @Override
    public Flux<DataBuffer> getBody() {
        return Flux.error(() -> HeadExchange.lacks("the body"));
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // Spring declares it so
    public <T> T getNativeRequest() {
        throw HeadExchange.lacks("the native request");
    }
}
