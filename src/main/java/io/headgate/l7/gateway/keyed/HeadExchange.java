package io.headgate.l7.gateway.keyed;

import io.headgate.l7.gateway.spring.HeadRequest;
import io.headgate.l7.gateway.spring.PassedHead;
import io.headgate.l7.route.RequestDraft;
import java.net.URI;
import java.security.Principal;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.context.ApplicationContext;
import org.springframework.context.i18n.LocaleContext;
import org.springframework.context.i18n.SimpleLocaleContext;
import org.springframework.http.codec.multipart.Part;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.util.MultiValueMap;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebSession;
import reactor.core.publisher.Mono;

/**
 * A request of the fast lane as a KeyResolver sees it: its head, its URI variables, and the id of its route.
 * There is no response yet, and no session.
 */
final class HeadExchange implements ServerWebExchange {

    private static final URI NOT_TOLD = URI.create("no://target");

    private final HeadRequest request;
    private final @Nullable PassedHead passed;
    private final Map<String, Object> attributes = new HashMap<>();

    HeadExchange(RequestDraft draft, Route route) {
        request = new HeadRequest(draft, "");
        passed = PassedHead.find(draft);
        attributes.put(ServerWebExchangeUtils.URI_TEMPLATE_VARIABLES_ATTRIBUTE, draft.variables());
        attributes.put(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR, route);
    }

    /** What a KeyResolver is told of a route: its id. */
    static Route route(String id) {
        return Route.async().id(id).uri(NOT_TOLD).predicate(any -> true).build();
    }

    static UnsupportedOperationException lacks(String what) {
        return new UnsupportedOperationException("a KeyResolver asks for " + what
                + " of a request (expected: a key from its head; with the filter CacheRequestBody its route is slow, "
                + "and has the rest)");
    }

    @Override
    public ServerHttpRequest getRequest() {
        return request;
    }

    @Override
    public Map<String, Object> getAttributes() {
        return attributes;
    }

    @Override
    public <T extends Principal> Mono<T> getPrincipal() {
        return passed == null ? Mono.empty() : passed.exchange().getPrincipal();
    }

    @Override
    public LocaleContext getLocaleContext() {
        return new SimpleLocaleContext(null);
    }

    @Override
    public @Nullable ApplicationContext getApplicationContext() {
        return null;
    }

    @Override
    public String getLogPrefix() {
        return "";
    }

    @Override
    public boolean isNotModified() {
        return false;
    }

    @Override
    public ServerHttpResponse getResponse() {
        throw lacks("the response");
    }

    @Override
    public Mono<WebSession> getSession() {
        throw lacks("the session");
    }

    @Override
    public Mono<MultiValueMap<String, String>> getFormData() {
        throw lacks("the form");
    }

    @Override
    public Mono<MultiValueMap<String, Part>> getMultipartData() {
        throw lacks("the parts");
    }

    @Override
    public boolean checkNotModified(Instant lastModified) {
        throw lacks("the response");
    }

    @Override
    public boolean checkNotModified(String etag) {
        throw lacks("the response");
    }

    @Override
    public boolean checkNotModified(@Nullable String etag, Instant lastModified) {
        throw lacks("the response");
    }

    @Override
    public String transformUrl(String url) {
        return url;
    }

    @Override
    public void addUrlTransformer(Function<String, String> transformer) {
        throw lacks("the response");
    }
}
