package io.headgate.l7.gateway.own;

import io.headgate.filter.Headers;
import io.headgate.filter.Request;
import io.headgate.l7.route.RequestDraft;
import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request of the fast lane as a user's filter sees it. */
record FastRequest(RequestDraft draft) implements Request {

    @Override
    public String method() {
        return draft.received().method().name();
    }

    @Override
    public String path() {
        return draft.path();
    }

    @Override
    public void path(String raw) {
        draft.path(raw);
    }

    @Override
    public @Nullable String query() {
        return draft.query();
    }

    @Override
    public void query(@Nullable String raw) {
        draft.query(raw);
    }

    @Override
    public Headers headers() {
        return new FastHeaders(draft.headers());
    }

    @Override
    public @Nullable InetSocketAddress client() {
        return draft.client();
    }

    @Override
    public String route() {
        return draft.route();
    }

    @Override
    public Map<String, String> variables() {
        return Map.copyOf(draft.variables());
    }

    @Override
    public @Nullable Object attribute(String name) {
        return draft.find(name);
    }

    @Override
    public void attribute(String name, Object value) {
        draft.note(name, value);
    }
}
