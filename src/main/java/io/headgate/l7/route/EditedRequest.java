package io.headgate.l7.route;

import io.headgate.l7.BalanceKey;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.cookie.Cookie;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request's target and headers as the edits of its route have left them, and what the edits have noted. It
 * is the base of {@link RequestDraft} instead of a part of it, because a part would be one more object for
 * each request.
 */
public abstract sealed class EditedRequest implements BalanceKey.Parts permits RequestDraft {

    private final RequestView received;
    final FastRoute route;
    private String path;
    private @Nullable String query;
    private @Nullable String host;
    private boolean preservesHost;
    private boolean prefixed;
    private @Nullable Map<Object, Object> notes;
    private @Nullable Map<String, String> variables;

    EditedRequest(RequestView received, FastRoute route) {
        this.received = received;
        this.route = route;
        this.path = received.path();
        this.query = received.query();
    }

    public final RequestView received() {
        return received;
    }

    public final HttpHeaders headers() {
        return received.headers();
    }

    /** The current raw path. */
    @Override
    public final String path() {
        return path;
    }

    @Override
    public final @Nullable String header(String name) {
        return headers().get(name);
    }

    @Override
    public final @Nullable String cookie(String name) {
        for (Cookie cookie : RequestCookies.parse(headers()).all()) {
            if (cookie.name().equals(name)) {
                return cookie.value();
            }
        }
        return null;
    }

    @Override
    public final @Nullable String parameter(String name) {
        List<@Nullable String> values = QueryParameters.parse(query).byName().get(name);
        return values == null ? null : values.getFirst();
    }

    @Override
    public final @Nullable InetSocketAddress client() {
        return received.client();
    }

    /** A part after a question mark in it is put before the query. */
    public final void path(String raw) {
        int mark = raw.indexOf('?');
        if (mark >= 0) {
            query = query == null ? raw.substring(mark + 1) : raw.substring(mark + 1) + '?' + query;
        }
        path = mark < 0 ? raw : raw.substring(0, mark);
    }

    /** The current raw query. */
    public final @Nullable String query() {
        return query;
    }

    public final void query(@Nullable String raw) {
        query = raw;
    }

    /** The request target for the member: byte for byte the client's, if no edit has changed it. */
    @SuppressWarnings("ReferenceEquality") // the same object means that no edit has changed it
    public final String target() {
        if (path == received.path() && query == received.query()) {
            return received.target();
        }
        return query == null ? path : path + '?' + query;
    }

    /** The member gets the Host header that the edits have left, instead of its own address. */
    public final void preserveHost() {
        preservesHost = true;
    }

    public final boolean preservesHost() {
        return preservesHost;
    }

    /** The Host header as the edits have left it. */
    public final @Nullable String clientHost() {
        return host;
    }

    /**
     * To be called when all edits have been made, before the member's address is written over the Host
     * header.
     */
    public final void keepHost() {
        host = headers().get(HttpHeaderNames.HOST);
    }

    /** True the first time: a path is prefixed once, however many filters ask for it. */
    public final boolean prefixOnce() {
        boolean first = !prefixed;
        prefixed = true;
        return first;
    }

    /** Keeps something for the edit of the answer that belongs to this edit of the request. */
    public final void note(Object key, Object value) {
        notes = notes == null ? new HashMap<>() : notes;
        notes.put(key, value);
    }

    public final Object noted(Object key) {
        return Objects.requireNonNull(notes == null ? null : notes.get(key));
    }

    /** What was kept under this key; null for nothing. */
    public final @Nullable Object find(Object key) {
        return notes == null ? null : notes.get(key);
    }

    /** The URI variables of the route's Path and Host patterns. */
    public final Map<String, String> variables() {
        Map<String, String> known = variables;
        if (known == null) {
            known = new HashMap<>();
            for (VariableSource source : route.variables()) {
                source.extract(received, known);
            }
            variables = known;
        }
        return known;
    }
}
