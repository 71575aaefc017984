package io.headgate.l7.cache;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a route's cache does: the arguments of its filter.
 *
 * @param timeToLive for how long an answer is fresh that does not say so itself; null for not at all
 * @param negativeTimeToLive the same for 404, 405, 410, 414 and 501
 * @param heuristic percent of the time since an answer was modified for which it is fresh if it does not say
 *            so; 0 for not at all
 * @param maxEntry bytes of the largest answer that is stored
 * @param keyHeaders request headers whose values are part of the key
 * @param keyCookies cookies whose values are part of the key
 * @param bypassHeaders a request with one of these is neither answered from the cache nor stored
 * @param bypassCookies the same for cookies
 * @param setCookie what becomes of an answer that sets a cookie
 * @param obeyRequest whether the Cache-Control of clients is obeyed, which RFC 9111 leaves to the cache
 * @param staleWhileRevalidate of answers that do not say so themselves
 * @param staleIfError of answers that do not say so themselves
 * @param patience for how long a request waits for another that fetches the same; zero for not at all
 */
public record CacheRules(@Nullable Duration timeToLive, @Nullable Duration negativeTimeToLive, int heuristic,
        long maxEntry, List<String> keyHeaders, List<String> keyCookies, List<String> bypassHeaders,
        List<String> bypassCookies, SetCookie setCookie, boolean obeyRequest, Duration staleWhileRevalidate,
        Duration staleIfError, Duration patience) {

    /** What becomes of an answer that sets a cookie. */
    public enum SetCookie {
        /** It is not stored. */
        BYPASS,
        /** It is stored without its cookies. */
        STRIP,
        /** It is stored as it is, and every client gets the same cookie. */
        KEEP
    }

    public static final long MAX_ENTRY = 1 << 20;

    public static final CacheRules DEFAULT = new CacheRules(null, null, 0, MAX_ENTRY, List.of(), List.of(),
            List.of(), List.of(), SetCookie.BYPASS, false, Duration.ZERO, Duration.ZERO,
            Duration.ofSeconds(5));

    public CacheRules {
        keyHeaders = List.copyOf(keyHeaders);
        keyCookies = List.copyOf(keyCookies);
        bypassHeaders = List.copyOf(bypassHeaders);
        bypassCookies = List.copyOf(bypassCookies);
    }
}
