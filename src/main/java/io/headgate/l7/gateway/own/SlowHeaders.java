package io.headgate.l7.gateway.own;

import io.headgate.filter.Headers;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** Spring's headers as a user's filter sees them. */
record SlowHeaders(HttpHeaders all) implements Headers {

    @Override
    public @Nullable String get(String name) {
        return all.getFirst(name);
    }

    @Override
    public List<String> all(String name) {
        return List.copyOf(all.getOrEmpty(name));
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
