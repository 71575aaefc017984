package io.headgate.l7.cache;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * After a request that may have changed something: what is stored for its URL, and for those that its answer
 * names on the same host, is no longer good (RFC 9111, 4.4). Nobody can invalidate another host's.
 */
final class Invalidation {

    private static final List<AsciiString> NAMED = List.of(HttpHeaderNames.LOCATION,
            HttpHeaderNames.CONTENT_LOCATION);

    private Invalidation() {
    }

    static void after(CacheQuestion question, HttpHeaders answer, Store store) {
        store.invalidate(question.host() + question.target());
        for (AsciiString name : NAMED) {
            String named = answer.get(name);
            String target = named == null ? null : target(named, question);
            if (target != null) {
                store.invalidate(question.host() + target);
            }
        }
    }

    /** Null if it is no target on this host. */
    private static @Nullable String target(String named, CacheQuestion question) {
        try {
            URI uri = URI.create(question.target()).resolve(named);
            String host = uri.getRawAuthority();
            String path = uri.getRawPath();
            if ((host != null && !host.toLowerCase(Locale.ROOT).equals(question.host())) || path == null) {
                return null;
            }
            return uri.getRawQuery() == null ? path : path + '?' + uri.getRawQuery();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
