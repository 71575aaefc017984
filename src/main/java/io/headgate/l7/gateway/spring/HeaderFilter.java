package io.headgate.l7.gateway.spring;

import io.headgate.l7.Forwarding;
import io.headgate.l7.route.RequestDraft;
import io.headgate.l7.route.RequestEdit;
import io.headgate.l7.route.ResponseDraft;
import io.headgate.l7.route.ResponseEdit;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.http.support.Netty4HeadersAdapter;
import org.springframework.web.server.ServerWebExchange;

/**
 * The application's own header filters: they make of the headers of each request those that a member gets,
 * and of those that come back what the route's filters see. The forwarded headers are Headgate's own.
 */
public final class HeaderFilter implements RequestEdit, ResponseEdit {

    private final List<HttpHeadersFilter> requests;
    private final List<HttpHeadersFilter> answers;
    private final Surroundings surroundings;
    private final Route route;

    public HeaderFilter(List<HttpHeadersFilter> all, Surroundings surroundings, Route route) {
        this.requests = all.stream().filter(filter -> filter.supports(HttpHeadersFilter.Type.REQUEST))
                .toList();
        this.answers = all.stream().filter(filter -> filter.supports(HttpHeadersFilter.Type.RESPONSE))
                .toList();
        this.surroundings = surroundings;
        this.route = route;
    }

    @Override
    public void apply(RequestDraft draft) {
        if (!requests.isEmpty()) {
            try {
                filter(requests, draft.headers(), PassedHead.of(draft, surroundings, route).exchange());
            } catch (RuntimeException e) {
                surroundings.failures().of(e).apply(draft);
            }
        }
    }

    @Override
    public void apply(ResponseDraft answer) {
        if (!answers.isEmpty()) {
            try {
                filter(answers, answer.headers(),
                        PassedHead.of(answer.request(), surroundings, route).exchange());
            } catch (RuntimeException e) {
                throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
            }
        }
    }

    private static void filter(List<HttpHeadersFilter> filters, HttpHeaders headers,
            ServerWebExchange exchange) {
        org.springframework.http.HttpHeaders now = new org.springframework.http.HttpHeaders(
                new Netty4HeadersAdapter(headers.copy()));
        for (HttpHeadersFilter filter : filters) {
            now = filter.filter(now, exchange);
        }
        for (String name : headers.names()) {
            if (!now.containsHeader(name) && !Forwarding.isForwarded(name)) {
                headers.remove(name);
            }
        }
        for (Map.Entry<String, List<String>> header : now.headerSet()) {
            if (!Forwarding.isForwarded(header.getKey())
                    && !headers.getAll(header.getKey()).equals(header.getValue())) {
                headers.set(header.getKey(), header.getValue());
            }
        }
    }
}
