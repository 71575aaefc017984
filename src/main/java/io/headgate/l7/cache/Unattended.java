package io.headgate.l7.cache;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;

/**
 * A request that is sent for the cache alone, after its client has got a stale answer. Its answer is for all:
 * what says who that client is does not go with it, unless answers are told apart by it.
 */
final class Unattended {

    /** Credentials, and what makes it a part of that client's trace. */
    private static final List<AsciiString> PERSONAL = List.of("authorization", "proxy-authorization",
            "traceparent", "tracestate", "baggage", "b3", "x-b3-traceid", "x-b3-spanid", "x-b3-parentspanid",
            "x-b3-sampled", "x-b3-flags").stream().map(AsciiString::cached).toList();

    private Unattended() {
    }

    /** @param vary of the answer that is to be replaced */
    static void strip(HttpHeaders request, CacheQuestion question, CacheRules rules, Vary vary) {
        for (AsciiString name : PERSONAL) {
            if (!isKeyed(name, rules, vary)) {
                request.remove(name);
            }
        }
        if (isKeyed(HttpHeaderNames.COOKIE, rules, vary)) {
            return;
        }
        List<String> cookies = new ArrayList<>();
        for (String name : rules.keyCookies()) {
            String value = question.cookie(name);
            if (value != null) {
                cookies.add(name + '=' + value);
            }
        }
        request.remove(HttpHeaderNames.COOKIE);
        if (!cookies.isEmpty()) {
            request.set(HttpHeaderNames.COOKIE, String.join("; ", cookies));
        }
    }

    private static boolean isKeyed(AsciiString name, CacheRules rules, Vary vary) {
        return vary.names().contains(name.toString())
                || rules.keyHeaders().stream().anyMatch(name::contentEqualsIgnoreCase);
    }
}
