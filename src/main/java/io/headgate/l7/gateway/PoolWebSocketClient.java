package io.headgate.l7.gateway;

import io.headgate.pool.MemberTls;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.cloud.gateway.config.HttpClientProperties;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.client.ReactorNettyWebSocketClient;
import org.springframework.web.reactive.socket.client.WebSocketClient;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.WebsocketClientSpec;

/**
 * Spring Cloud Gateway's WebSockets to members, through the TLS of their pool and for as long as their member
 * may have them open. Pool and member stand in the subscription's context: the URI names an address alone.
 */
public final class PoolWebSocketClient implements WebSocketClient {

    /** Each reload may bring TLS that is not equal to what was before. */
    private static final int MAX_CLIENTS = 1000;

    private final HttpClient plain;
    private final HttpClientProperties.Websocket settings;
    private final WebSocketClient unsecured;
    private final Map<MemberTls, WebSocketClient> secured = new ConcurrentHashMap<>();

    public PoolWebSocketClient(HttpClient plain, HttpClientProperties properties) {
        this.plain = Stay.watched(plain);
        this.settings = properties.getWebsocket();
        this.unsecured = with(this.plain);
    }

    /** What is asked for within is asked through this. */
    static <T> Mono<T> through(MemberTls tls, Mono<T> within) {
        return within.contextWrite(context -> context.put(MemberTls.class, tls));
    }

    @Override
    public Mono<Void> execute(URI url, WebSocketHandler handler) {
        return execute(url, new HttpHeaders(), handler);
    }

    @Override
    public Mono<Void> execute(URI url, HttpHeaders headers, WebSocketHandler handler) {
        return Mono.deferContextual(context -> {
            Mono<Void> socket = context.<MemberTls>getOrEmpty(MemberTls.class).map(this::secured)
                    .orElse(unsecured).execute(url, headers, handler);
            return context.<Stay>getOrEmpty(Stay.class).map(stay -> stay.asWebSocket(socket)).orElse(socket);
        });
    }

    private WebSocketClient secured(MemberTls tls) {
        if (secured.size() > MAX_CLIENTS) {
            secured.clear();
        }
        return secured.computeIfAbsent(tls,
                t -> with(plain.secure(ssl -> ssl.sslContext(NamedTls.of(t)))));
    }

    private WebSocketClient with(HttpClient client) {
        return new ReactorNettyWebSocketClient(client, this::terms);
    }

    /** As Spring Cloud Gateway's own client has them. */
    private WebsocketClientSpec.Builder terms() {
        WebsocketClientSpec.Builder terms = WebsocketClientSpec.builder().handlePing(settings.isProxyPing());
        Integer longest = settings.getMaxFramePayloadLength();
        return longest == null ? terms : terms.maxFramePayloadLength(longest);
    }
}
