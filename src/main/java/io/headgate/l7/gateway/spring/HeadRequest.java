package io.headgate.l7.gateway.spring;

import io.headgate.l7.TargetEscapes;
import io.headgate.l7.route.RequestDraft;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.cookie.Cookie;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HexFormat;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
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
public final class HeadRequest extends AbstractServerHttpRequest {

    private final RequestDraft draft;

    /**
     * Of the request as it is now.
     *
     * @param basePath what the paths of the application begin with, empty for nothing
     */
    public HeadRequest(RequestDraft draft, String basePath) {
        super(HttpMethod.valueOf(draft.received().method().name()), uri(draft), basePath,
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
        Channel client = draft.received().connection();
        SslHandler tls = client == null ? null : client.pipeline().get(SslHandler.class);
        if (tls == null && client != null && client.parent() != null) { // a stream of HTTP/2
            tls = client.parent().pipeline().get(SslHandler.class);
        }
        if (tls == null) {
            return null;
        }
        SSLSession session = tls.engine().getSession();
        try {
            return SslInfo.from(HexFormat.of().formatHex(session.getId()),
                    Arrays.stream(session.getPeerCertificates()).map(X509Certificate.class::cast)
                            .toArray(X509Certificate[]::new));
        } catch (SSLPeerUnverifiedException e) { // the client has none
            return SslInfo.from(HexFormat.of().formatHex(session.getId()));
        }
    }

    static UnsupportedOperationException lacks(String what) {
        return new UnsupportedOperationException("a filter or KeyResolver asks for " + what
                + " of a request (expected: one that needs no more than its head; without its name in "
                + "headgate.fast-path.head-filters, or with the filter CacheRequestBody, the route is slow and has the "
                + "rest)");
    }

    @Override
    public Flux<DataBuffer> getBody() {
        return Flux.error(() -> lacks("the body"));
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // Spring declares it so
    public <T> T getNativeRequest() {
        throw lacks("the native request");
    }
}
