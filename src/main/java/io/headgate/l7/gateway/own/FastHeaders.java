package io.headgate.l7.gateway.own;

import io.headgate.filter.Headers;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Netty's headers as a user's filter sees them. */
record FastHeaders(HttpHeaders all) implements Headers {

    @Override
    public @Nullable String get(String name) {
        return all.get(name);
    }

    @Override
    public List<String> all(String name) {
        return all.getAll(name);
    }

    @Override
    public void set(String name, String value) {
        all.set(name, value);
    }

    @Override
    public void add(String name, String value) {
        all.add(name, value);
    }

    @Override
    public void remove(String name) {
        all.remove(name);
    }
}
