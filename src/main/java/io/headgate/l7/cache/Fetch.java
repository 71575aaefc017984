package io.headgate.l7.cache;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import org.jspecify.annotations.Nullable;

/** An answer that a member is asked for: validates what is stored, and stores what comes. */
final class Fetch {

    private final ResponseCache cache;
    private final CacheRules rules;
    private final CacheKey key;
    private final CacheQuestion question;
    /** What is stored, and cannot be used as it is. */
    private final @Nullable StoredAnswer stale;
    /** Whether the member is asked if that is still good. */
    private final boolean validates;
    private final long asked;
    private final long generation;
    private @Nullable Recorded recorded;

    Fetch(ResponseCache cache, CacheRules rules, CacheKey key, CacheQuestion question,
            @Nullable StoredAnswer stale, boolean validates) {
        this.cache = cache;
        this.rules = rules;
        this.key = key;
        this.question = question;
        this.stale = stale;
        this.validates = validates;
        this.asked = cache.now();
        this.generation = cache.store().generation(key.url());
    }

    /** An answer that is being stored, by what its head said. */
    private record Recorded(HttpResponseStatus status, HttpHeaders headers, Freshness freshness, Terms terms,
            Vary vary, Recording body) {}

    /** What the head of the member's answer says. */
    sealed interface Heard {

        /**
         * What is stored is still good.
         *
         * @param kept whether it goes on being stored
         */
        record StillGood(CachedReply reply, boolean kept) implements Heard {}

        /** An error, instead of which what is stored may be used. */
        record Failed(StoredAnswer instead) implements Heard {}

        /** It is being stored while it is passed on. */
        record Storing() implements Heard {}

        /** It is passed on. */
        record Passing() implements Heard {}
    }

    /** Makes the request conditional if what is stored may still be good. */
    void condition(HttpHeaders request, boolean leads) {
        request.set(Storable.CAPABILITY, Storable.CAPABLE);
        StoredAnswer has = stale;
        if (has == null) {
            return;
        }
        if (validates) {
            request.remove(HttpHeaderNames.IF_NONE_MATCH).remove(HttpHeaderNames.IF_MODIFIED_SINCE)
                    .remove(HttpHeaderNames.IF_RANGE);
            String etag = has.etag();
            if (etag != null) {
                request.set(HttpHeaderNames.IF_NONE_MATCH, etag);
            }
            String modified = has.lastModified();
            if (modified != null) {
                request.set(HttpHeaderNames.IF_MODIFIED_SINCE, modified);
            }
        } else if (leads) { // the whole answer is wanted
            request.remove(HttpHeaderNames.IF_NONE_MATCH).remove(HttpHeaderNames.IF_MODIFIED_SINCE);
        }
    }

    Heard head(HttpResponseStatus status, HttpHeaders headers, boolean delimited) {
        StoredAnswer has = stale;
        int code = status.code();
        if (code == 304 && validates && has != null) {
            return stillGood(has, headers);
        }
        if (has != null && replaces(code)) {
            return new Heard.Failed(has);
        }
        if (record(status, headers, delimited)) {
            return new Heard.Storing();
        }
        if (question.isGet() && code < 500 && code != 206 && code != 304) {
            supersede();
        }
        return new Heard.Passing();
    }

    /** Whether what is stored is served instead of an answer with this status, which is an error. */
    boolean replaces(int code) {
        return code >= 500 && stale != null && stale.mayServeOnError(cache.now());
    }

    /** The member has a newer answer than what is stored, and it will not be stored. */
    private void supersede() {
        if (stale != null) {
            cache.store().remove(key, stale);
        }
        cache.pass(key);
    }

    private Heard stillGood(StoredAnswer has, HttpHeaders headers) {
        long now = cache.now();
        Freshness.Times times = new Freshness.Times(asked, now, cache.wall());
        HttpHeaders updated = has.updated(headers);
        Terms terms = Storable.terms(question, rules, has.status().code(), updated, times);
        Terms its = terms == null ? has.terms() : terms;
        Freshness freshness = Freshness.of(updated, its.lifetime(), times);
        CachedReply reply = CachedReply.of(question,
                StoredAnswer.whole(has.status(), updated, has.body(), freshness, its, has.vary()), now);
        if (terms == null) {
            cache.store().remove(key, has);
        } else {
            cache.store().put(key, StoredAnswer.of(has.status(), updated, has.body(), freshness, terms,
                    has.vary(), rules), generation);
        }
        return new Heard.StillGood(reply, terms != null);
    }

    private boolean record(HttpResponseStatus status, HttpHeaders headers, boolean delimited) {
        String said = headers.get(HttpHeaderNames.CONTENT_LENGTH);
        long length = said == null ? -1 : length(said);
        Freshness.Times times = new Freshness.Times(asked, cache.now(), cache.wall());
        Terms terms = delimited && length <= rules.maxEntry()
                ? Storable.terms(question, rules, status.code(), headers, times)
                : null;
        Vary vary = terms == null ? null : Vary.of(headers, question.headers());
        if (terms == null || vary == null) {
            return false;
        }
        HttpHeaders copy = StoredAnswer.unchecked().add(headers);
        recorded = new Recorded(status, copy, Freshness.of(headers, terms.lifetime(), times), terms, vary,
                new Recording(cache.store().room(), rules.maxEntry(), length));
        return true;
    }

    private static long length(String said) {
        try {
            return Long.parseLong(said);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE; // too large for us
        }
    }

    boolean isStoring() {
        return recorded != null;
    }

    /** A part of the body; copies what it needs. False if it is not stored after all. */
    boolean data(ByteBuf bytes) {
        Recorded now = recorded;
        if (now == null) {
            return true;
        }
        return switch (now.body.add(bytes)) {
            case YES -> true;
            case TOO_LARGE -> {
                supersede();
                yield false;
            }
            case NO_ROOM -> false; // which says nothing of the answer
        };
    }

    /** The member's answer has ended. Whether it is stored. */
    boolean complete() {
        Recorded now = recorded;
        Body body = now == null ? null : now.body.finish(new EncodedBodies(cache.store(), key));
        if (now != null && body != null) {
            cache.store().put(key, StoredAnswer.of(now.status, now.headers, body, now.freshness, now.terms,
                    now.vary, rules), generation);
        }
        return body != null;
    }

    /** Nothing is stored of it any more. */
    void abandon() {
        Recorded now = recorded;
        if (now != null) {
            recorded = null;
            now.body.giveBack();
        }
    }
}
