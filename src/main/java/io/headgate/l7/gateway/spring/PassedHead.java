package io.headgate.l7.gateway.spring;

import io.headgate.l7.route.RequestDraft;
import io.headgate.l7.route.ResponseDraft;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.adapter.DefaultServerWebExchange;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** What the filters of one request share: the exchange as they have left it, and Reactor's context. */
public final class PassedHead {

    private final RequestDraft draft;
    private final Surroundings surroundings;
    private final HeadResponse response = new HeadResponse();
    private HeadRequest request;
    private String target;
    /** Whether a filter has put a request of its own in the place of that. */
    private boolean changed;
    private ServerWebExchange exchange;
    private ContextView context = Context.empty();
    /** How many of the draft's headers for the client are the response's. */
    private int told;
    private boolean closed;

    private PassedHead(RequestDraft draft, Surroundings surroundings, Route route) {
        this.draft = draft;
        this.surroundings = surroundings;
        this.target = draft.target();
        this.request = new HeadRequest(draft, surroundings.basePath());
        this.exchange = new DefaultServerWebExchange(request, response, surroundings.sessions(),
                surroundings.codecs(), surroundings.locales(), surroundings.application());
        exchange.getAttributes().put(ServerWebExchangeUtils.URI_TEMPLATE_VARIABLES_ATTRIBUTE,
                draft.variables());
        exchange.getAttributes().put(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR, route);
        draft.lastly(this::completeReply);
    }

    /** That of the request; null if no filter has seen it. */
    public static @Nullable PassedHead find(RequestDraft draft) {
        return (PassedHead) draft.find(PassedHead.class);
    }

    static PassedHead of(RequestDraft draft, Surroundings surroundings, Route route) {
        PassedHead known = find(draft);
        if (known != null) {
            known.refresh();
            return known;
        }
        PassedHead head = new PassedHead(draft, surroundings, route);
        draft.note(PassedHead.class, head);
        return head;
    }

    /** Filters that are not Spring's may have changed the request since: what it has of headers is live. */
    private void refresh() {
        if (changed || !draft.target().equals(target)) {
            changed = false;
            target = draft.target();
            request = new HeadRequest(draft, surroundings.basePath());
            exchange = exchange.mutate().request(request).build();
        }
    }

    /** As the filters so far have left it. */
    public ServerWebExchange exchange() {
        return exchange;
    }

    ContextView context() {
        return context;
    }

    /** Reactor's context as the filters so far have left it: Spring Security has its own there. */
    public static ContextView contextOf(RequestDraft draft) {
        PassedHead known = find(draft);
        return known == null ? Context.empty() : known.context;
    }

    HeadResponse response() {
        return response;
    }

    Surroundings surroundings() {
        return surroundings;
    }

    /**
     * A filter lets the request pass, as this.
     *
     * @throws UnsupportedOperationException if it has changed what cannot be changed
     */
    void passed(ServerWebExchange next, ContextView within) {
        PassedRequest passed = PassedRequest.of(next, request, response);
        passed.applyTo(draft);
        changed |= passed.changed() != null;
        exchange = next;
        context = within;
        List<String> ours = response.all();
        tellClient(ours);
    }

    private void tellClient(List<String> ours) {
        List<String> all = draft.toClient();
        if (!ours.isEmpty() || told > 0) {
            List<String> now = new ArrayList<>(ours);
            now.addAll(all.subList(told, all.size()));
            told = ours.size();
            draft.toClient(now);
        }
    }

    /** A filter answers: all headers that filters have set are in that answer. */
    void answered() {
        tellClient(List.of());
        closed = true;
    }

    /** All filters have seen the answer of a member. */
    static void complete(ResponseDraft answer) {
        PassedHead head = find(answer.request());
        if (head != null && !head.closed) {
            head.close(answer.status(), answer.headers());
            answer.status(head.response.status());
        }
    }

    private void completeReply(int status, HttpHeaders answer) {
        if (!closed) {
            close(status, answer);
        }
    }

    /** What was left for this moment is done, such as Spring Security's headers and a session's cookie. */
    private void close(int status, HttpHeaders answer) {
        closed = true;
        response.show(status, answer);
        response.setComplete().contextWrite(context).subscribe();
        response.applyTo(answer);
    }

    boolean isClosed() {
        return closed;
    }
}
