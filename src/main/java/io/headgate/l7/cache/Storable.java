package io.headgate.l7.cache;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a shared cache may store an answer, and on which terms (RFC 9111, 3 and 4.2). */
public final class Storable {

    /** RFC 9213; it comes before Cache-Control. */
    static final AsciiString TARGETED = AsciiString.cached("cdn-cache-control");
    /** What surrogates had before that. */
    static final AsciiString SURROGATE = AsciiString.cached("surrogate-control");
    /** The name of this cache in fields that name caches. */
    static final String NAME = "headgate";
    /** Tells members that {@link #SURROGATE} is understood, and by which name. */
    public static final String CAPABILITY = "Surrogate-Capability";
    static final String CAPABLE = NAME + "=\"Surrogate/1.0\"";

    /** No heuristic makes more than a day of it. */
    private static final long MOST_BY_HEURISTIC = Duration.ofDays(1).toSeconds();

    private Storable() {
    }

    /** The terms; null if it is not to be stored. */
    static @Nullable Terms terms(CacheQuestion question, CacheRules rules, int status, HttpHeaders answer,
            Freshness.Times times) {
        if (!question.isGet() || status < 200 || status == 206 || status == 304
                || (status != 200 && question.headers().contains(HttpHeaderNames.RANGE))) {
            return null;
        }
        CacheControl targeted = targeted(answer);
        CacheControl control = targeted != null
                ? targeted
                : CacheControl.of(answer.getAll(HttpHeaderNames.CACHE_CONTROL));
        boolean understood = isUnderstood(status);
        if (control.has("must-understand") ? !understood : control.has("no-store")) {
            return null;
        }
        if (control.hasWhole("private") || !isShareable(question, rules, control, answer)) {
            return null;
        }
        long explicit = explicit(control, targeted == null, answer, times);
        boolean noCache = control.hasWhole("no-cache");
        long lifetime = explicit != CacheControl.ABSENT
                ? explicit
                : noCache ? 0 : implicit(question, rules, status, control, answer, times);
        boolean asks = noCache || explicit == 0;
        if (lifetime <= 0 && !(asks && isValidatable(answer))) {
            return null;
        }
        boolean strict = control.has("must-revalidate") || control.has("proxy-revalidate")
                || control.has("s-maxage");
        return new Terms(Math.max(0, lifetime), noCache, strict,
                stale(control, "stale-while-revalidate", rules.staleWhileRevalidate(), strict || noCache),
                stale(control, "stale-if-error", rules.staleIfError(), strict || noCache));
    }

    static @Nullable CacheControl targeted(HttpHeaders answer) {
        if (answer.contains(TARGETED)) {
            CacheControl targeted = CacheControl.of(answer.getAll(TARGETED));
            if (!targeted.isEmpty()) {
                return targeted;
            }
        }
        if (answer.contains(SURROGATE)) {
            CacheControl targeted = CacheControl.of(answer.getAll(SURROGATE), NAME);
            boolean says = targeted.has("max-age") || targeted.has("no-store");
            return says ? targeted : null;
        }
        return null;
    }

    /** Whether one client's answer may be another's (RFC 9111, 3.5 and 7.3). */
    private static boolean isShareable(CacheQuestion question, CacheRules rules, CacheControl control,
            HttpHeaders answer) {
        if (question.hasCredentials() && !control.has("public")
                && !control.has("must-revalidate") && !control.has("s-maxage")) {
            return false;
        }
        return rules.setCookie() != CacheRules.SetCookie.BYPASS
                || (!answer.contains(HttpHeaderNames.SET_COOKIE) && !answer.contains("set-cookie2"));
    }

    private static long explicit(CacheControl control, boolean expires, HttpHeaders answer,
            Freshness.Times times) {
        long shared = control.seconds("s-maxage");
        if (shared != CacheControl.ABSENT) {
            return shared;
        }
        long most = control.seconds("max-age");
        if (most != CacheControl.ABSENT || !expires || !answer.contains(HttpHeaderNames.EXPIRES)) {
            return most;
        }
        Instant until = Freshness.date(answer.get(HttpHeaderNames.EXPIRES));
        return until == null
                ? 0
                : Math.clamp((until.toEpochMilli() - Freshness.date(answer, times)) / 1000, 0,
                        CacheControl.FOREVER);
    }

    /** For an answer that does not say how long it is fresh. */
    private static long implicit(CacheQuestion question, CacheRules rules, int status, CacheControl control,
            HttpHeaders answer, Freshness.Times times) {
        boolean personal = question.headers().contains(HttpHeaderNames.COOKIE) || question.hasCredentials();
        if (personal && !control.has("public")) { // it may be this user's own
            return CacheControl.ABSENT;
        }
        Duration fixed = switch (status) {
            case 200, 203, 204, 300, 301, 308 -> rules.timeToLive();
            case 404, 405, 410, 414, 501 -> rules.negativeTimeToLive();
            default -> null;
        };
        if (fixed != null) {
            return fixed.toSeconds();
        }
        Instant modified = Freshness.date(answer.get(HttpHeaderNames.LAST_MODIFIED));
        if (rules.heuristic() == 0 || modified == null || answer.contains(HttpHeaderNames.PRAGMA)
                || !(isHeuristic(status) || control.has("public"))) {
            return CacheControl.ABSENT;
        }
        long since = (Freshness.date(answer, times) - modified.toEpochMilli()) / 1000;
        return Math.min(MOST_BY_HEURISTIC, since * rules.heuristic() / 100);
    }

    /** RFC 9110, 15.1. */
    private static boolean isHeuristic(int status) {
        return switch (status) {
            case 200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501 -> true;
            default -> false;
        };
    }

    /** Whether what RFC 9110 says about caching this status is done here. */
    private static boolean isUnderstood(int status) {
        return isHeuristic(status) || switch (status) {
            case 201, 202, 205, 302, 303, 307, 400, 401, 403, 406, 408, 409, 411, 412, 413, 415, 417, 421,
                    422,
                    426, 429, 431, 451, 500, 502, 503, 504, 505, 511 ->
                true;
            default -> false;
        };
    }

    private static boolean isValidatable(HttpHeaders answer) {
        return answer.contains(HttpHeaderNames.ETAG) || answer.contains(HttpHeaderNames.LAST_MODIFIED);
    }

    private static long stale(CacheControl control, String name, Duration usual, boolean never) {
        if (never) {
            return 0;
        }
        long said = control.seconds(name);
        return said != CacheControl.ABSENT ? said : usual.toSeconds();
    }

    /** Fields that are about one connection, or that the answer itself excludes (RFC 9111, 3.1). */
    static void removeUnstored(HttpHeaders answer, CacheRules.SetCookie cookies) {
        CacheControl control = CacheControl.of(answer.getAll(HttpHeaderNames.CACHE_CONTROL));
        for (String directive : List.of("no-cache", "private")) {
            control.fields(directive).forEach(answer::remove);
        }
        for (String line : answer.getAll(HttpHeaderNames.CONNECTION)) {
            ListField.members(line).forEach(answer::remove);
        }
        for (AsciiString name : CONNECTION) {
            answer.remove(name);
        }
        if (cookies != CacheRules.SetCookie.KEEP) {
            answer.remove(HttpHeaderNames.SET_COOKIE);
            answer.remove("set-cookie2");
        }
    }

    private static final List<AsciiString> CONNECTION = List
            .of("connection", "keep-alive", "proxy-connection",
                    "proxy-authenticate", "proxy-authorization", "proxy-authentication-info", "te", "trailer",
                    "transfer-encoding", "upgrade", "age")
            .stream().map(AsciiString::cached).toList();
}
