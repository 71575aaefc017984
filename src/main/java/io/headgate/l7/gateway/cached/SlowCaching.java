package io.headgate.l7.gateway.cached;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import io.headgate.l7.cache.CacheQuestion;
import io.headgate.l7.cache.CacheTurn;
import io.headgate.l7.cache.CachedReply;
import io.headgate.l7.gateway.SlowLane;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;

/** A request's {@link CacheTurn} on the slow lane: in an attribute of its exchange. */
final class SlowCaching {

    private static final String ATTRIBUTE = SlowCaching.class.getName();

    private final CacheTurn turn;
    private final ServerWebExchange received;
    private final String target;
    private final String host;
    /** What is to be written at the end, because nothing came from a member. */
    private @Nullable CachedReply reply;
    /** What replaces the member's answer, which has come. */
    private @Nullable CachedReply instead;

    /** Notes the request as it came. */
    SlowCaching(CacheTurn turn, ServerWebExchange received) {
        this.turn = turn;
        this.received = received;
        this.target = target(received.getRequest().getURI());
        String named = received.getRequest().getHeaders().getFirst(HttpHeaders.HOST);
        this.host = named == null ? "" : named.toLowerCase(Locale.ROOT);
    }

    static @Nullable SlowCaching of(ServerWebExchange exchange) {
        return exchange.getAttribute(ATTRIBUTE);
    }

    void begin() {
        received.getAttributes().put(ATTRIBUTE, this);
    }

    CacheTurn turn() {
        return turn;
    }

    private static String target(URI uri) {
        String path = uri.getRawPath();
        String query = uri.getRawQuery();
        String rooted = path == null || path.isEmpty() ? "/" : path;
        return query == null ? rooted : rooted + '?' + query;
    }

    /** The request as the route's filters have left it. */
    CacheQuestion question(ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        Route route = exchange.getRequiredAttribute(GATEWAY_ROUTE_ATTR);
        URI to = exchange.getRequiredAttribute(GATEWAY_REQUEST_URL_ATTR);
        return new CacheQuestion(route.getId(), received.getRequest().getMethod().name(), host, target,
                target(to), headers(request.getHeaders()), SlowLane.hasBody(exchange),
                "https".equals(received.getRequest().getURI().getScheme()),
                SlowLane.isPersonal(exchange));
    }

    static io.netty.handler.codec.http.HttpHeaders headers(HttpHeaders from) {
        io.netty.handler.codec.http.HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory()
                .withValidation(false).newHeaders();
        from.forEach(headers::add);
        return headers;
    }

    /** Puts its head into the response, for the route's filters to change; the body follows at the end. */
    void answer(ServerWebExchange exchange, CachedReply with) {
        ServerHttpResponse response = exchange.getResponse();
        response.setStatusCode(HttpStatusCode.valueOf(with.status().code()));
        HttpHeaders headers = response.getHeaders();
        headers.clear();
        with.headers().forEach(field -> headers.add(field.getKey(), field.getValue()));
        tell(response);
        SlowLane.stored(received);
        reply = with;
    }

    void tell(ServerHttpResponse response) {
        io.netty.handler.codec.http.HttpHeaders said = DefaultHttpHeadersFactory.headersFactory()
                .newHeaders();
        turn.tell(said);
        said.forEach(field -> response.getHeaders().add(field.getKey(), field.getValue()));
    }

    void replaces(CachedReply other) {
        instead = other;
    }

    /** The member's answer, if a stored one replaces it, is read to its end and forgotten. */
    Mono<Void> replaced(ServerWebExchange exchange) {
        CachedReply with = instead;
        if (with == null) {
            return Mono.empty();
        }
        instead = null;
        Connection connection = (Connection) exchange.getAttributes().remove(CLIENT_RESPONSE_CONN_ATTR);
        answer(exchange, with);
        return connection == null ? Mono.empty() : connection.inbound().receive().then().onErrorComplete();
    }

    /** Writes what is stored, if that is the answer. */
    Mono<Void> write() {
        CachedReply with = reply;
        if (with == null) {
            return Mono.empty();
        }
        ServerHttpResponse response = received.getResponse();
        return with.body().isEmpty()
                ? response.setComplete()
                : response.writeWith(Flux.fromIterable(with.body()).map(response.bufferFactory()::wrap));
    }

    void end() {
        turn.end();
        SlowLane.cached(received, turn.use());
    }
}
