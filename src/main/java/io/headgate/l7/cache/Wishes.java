package io.headgate.l7.cache;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;

/**
 * What a client says in {@code Cache-Control} about the answer that it wants, where the route obeys it (RFC
 * 9111, 5.2.1).
 */
record Wishes(CacheControl control) {

    static final Wishes NONE = new Wishes(CacheControl.NONE);

    static Wishes of(HttpHeaders request, CacheRules rules) {
        if (!rules.obeyRequest()) {
            return NONE;
        }
        CacheControl control = CacheControl.of(request.getAll(HttpHeaderNames.CACHE_CONTROL));
        if (control.isEmpty() && request.containsValue(HttpHeaderNames.PRAGMA, "no-cache", true)) {
            control = CacheControl.of(List.of("no-cache"));
        }
        return new Wishes(control);
    }

    boolean areNone() {
        return control.isEmpty();
    }

    /** Nothing may be stored of it. */
    boolean rulesOutStoring() {
        return control.has("no-store");
    }

    /** No stored answer will do, however new it is. */
    boolean rulesOutStored() {
        return control.has("no-cache");
    }

    /** No member is to be asked. */
    boolean rulesOutAsking() {
        return control.has("only-if-cached");
    }

    /** Whether a stored answer will do as it is. */
    boolean accept(StoredAnswer found, long now) {
        if (areNone()) {
            return found.isFresh(now);
        }
        long most = control.seconds("max-age");
        long left = control.seconds("min-fresh");
        long past = control.has("max-stale") && !found.terms().mustRevalidate()
                ? control.hasWhole("max-stale") ? CacheControl.FOREVER : control.seconds("max-stale")
                : 0;
        return !rulesOutStored() && !found.terms().noCache()
                && (most == CacheControl.ABSENT || found.freshness().age(now) <= most)
                && found.freshness().left(now) + past > Math.max(0, left);
    }
}
