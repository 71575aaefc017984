package io.headgate.l7.gateway.spring;

import io.headgate.l7.route.RequestDraft;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;

/**
 * The request that a filter has let pass.
 *
 * @param changed as the filter has changed it; null if it is as it was
 * @param before as the filter got it
 */
@SuppressWarnings("ReferenceEquality") // it is the same object, or a filter has put another in its place
record PassedRequest(@Nullable ServerHttpRequest changed, HeadRequest before) {

    /** Those of Spring Security look at what is read, and change nothing. */
    private static final String SECURITY = "org.springframework.security.";

    static PassedRequest of(ServerWebExchange next, HeadRequest before, ServerHttpResponse response) {
        if (next.getResponse() != response) {
            throw new UnsupportedOperationException("the filter has put "
                    + next.getResponse().getClass().getName()
                    + " in the place of the response (expected: a filter "
                    + "of headgate.fast-path.head-filters changes no more than its head)");
        }
        ServerHttpRequest request = next.getRequest();
        while (request instanceof ServerHttpRequestDecorator decorator
                && decorator.getClass().getName().startsWith(SECURITY)) {
            request = decorator.getDelegate();
        }
        return new PassedRequest(request == before ? null : request, before);
    }

    void applyTo(RequestDraft draft) {
        ServerHttpRequest now = changed;
        if (now == null) {
            return;
        }
        if (!now.getMethod().equals(before.getMethod())) {
            throw new UnsupportedOperationException("the filter has changed the method");
        }
        headers(now.getHeaders(), draft.headers());
        if (!now.getURI().equals(before.getURI())) {
            draft.path(now.getURI().getRawPath());
            draft.query(now.getURI().getRawQuery());
        }
    }

    private static void headers(org.springframework.http.HttpHeaders now, HttpHeaders draft) {
        for (String name : draft.names()) {
            if (!now.containsHeader(name)) {
                draft.remove(name);
            }
        }
        List<Map.Entry<String, List<String>>> all = new ArrayList<>(now.headerSet());
        for (Map.Entry<String, List<String>> header : all) {
            if (!draft.getAll(header.getKey()).equals(header.getValue())) {
                draft.set(header.getKey(), header.getValue());
            }
        }
    }
}
