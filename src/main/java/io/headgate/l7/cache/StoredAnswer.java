package io.headgate.l7.cache;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An answer of a member as it came, before the route's filters changed it. Read by many threads.
 *
 * @param fields nobody changes them; names and values are {@link AsciiString}, which are copied and written
 *            without looking at each character
 * @param tags what it can be purged by
 */
record StoredAnswer(HttpResponseStatus status, HttpHeaders fields, Body body, Freshness freshness,
        Terms terms, Vary vary, Set<String> tags) {

    /** For how long one that can be validated is kept when it is stale. */
    private static final long WORTH_ASKING = TimeUnit.DAYS.toNanos(1);

    private static final List<AsciiString> TAGS = List.of(AsciiString.cached("surrogate-key"),
            AsciiString.cached("cache-tag"));

    /** A 304 says nothing new about these: they belong to the bytes that are stored (RFC 9111, 3.2). */
    private static final List<AsciiString> OF_THE_BYTES = List.of(HttpHeaderNames.CONTENT_LENGTH,
            HttpHeaderNames.CONTENT_ENCODING, HttpHeaderNames.CONTENT_RANGE, HttpHeaderNames.CONTENT_MD5,
            HttpHeaderNames.ETAG);

    /** Of these headers, from which nothing has been removed. */
    static StoredAnswer of(HttpResponseStatus status, HttpHeaders headers, Body body, Freshness freshness,
            Terms terms, Vary vary, CacheRules rules) {
        Storable.removeUnstored(headers, rules.setCookie());
        return whole(status, headers, body, freshness, terms, vary);
    }

    /** Of all of these headers, with the length of the body. */
    static StoredAnswer whole(HttpResponseStatus status, HttpHeaders headers, Body body, Freshness freshness,
            Terms terms, Vary vary) {
        HttpHeaders fields = unchecked();
        headers.iteratorCharSequence().forEachRemaining(
                field -> fields.add(AsciiString.of(field.getKey()), AsciiString.of(field.getValue())));
        if (status.code() != 204 && status.code() != 205) {
            fields.set(HttpHeaderNames.CONTENT_LENGTH, AsciiString.of(Long.toString(body.length())));
        }
        return new StoredAnswer(status, fields, body, freshness, terms, vary, tags(headers));
    }

    private static Set<String> tags(HttpHeaders headers) {
        Set<String> tags = new TreeSet<>();
        for (AsciiString name : TAGS) {
            for (String line : headers.getAll(name)) {
                for (String tag : line.split("[ ,]", -1)) {
                    if (!tag.isBlank()) {
                        tags.add(tag.strip());
                    }
                }
            }
        }
        return Set.copyOf(tags);
    }

    /** None, for those of a message that was checked when it was read. */
    static HttpHeaders unchecked() {
        return DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
    }

    /** A copy that may be changed. */
    HttpHeaders headers() {
        return fields.copy();
    }

    @Nullable
    String field(AsciiString name) {
        return fields.get(name);
    }

    @Nullable
    String etag() {
        return field(HttpHeaderNames.ETAG);
    }

    @Nullable
    String lastModified() {
        return field(HttpHeaderNames.LAST_MODIFIED);
    }

    boolean isValidatable() {
        return etag() != null || lastModified() != null;
    }

    boolean isFresh(long now) {
        return !terms.noCache() && freshness.isFresh(now);
    }

    boolean mayServeWhileRevalidating(long now) {
        return isWithin(terms.staleWhileRevalidate(), now);
    }

    boolean mayServeOnError(long now) {
        return isWithin(terms.staleIfError(), now);
    }

    private boolean isWithin(long seconds, long now) {
        return seconds > 0 && !terms.noCache() && !terms.mustRevalidate()
                && freshness.staleFor(now) <= TimeUnit.SECONDS.toNanos(seconds);
    }

    /** The headers of a 304 put over these (RFC 9111, 3.2). */
    HttpHeaders updated(HttpHeaders unmodified) {
        HttpHeaders headers = headers();
        for (String name : unmodified.names()) {
            if (OF_THE_BYTES.stream().noneMatch(own -> own.contentEqualsIgnoreCase(name))) {
                headers.set(name, unmodified.getAll(name));
            }
        }
        return headers;
    }

    /** For how many nanoseconds from now it can be of use. */
    long usefulFor(long now) {
        long stale = Math.max(terms.staleIfError(), terms.staleWhileRevalidate());
        long useful = TimeUnit.SECONDS.toNanos(stale) - freshness.staleFor(now);
        return Math.max(useful, isValidatable() ? WORTH_ASKING : 0);
    }

    /** Bytes that it takes, or somewhat more. */
    int weight() {
        long weight = 512 + body.weight() + vary.weight();
        for (var all = fields.iteratorCharSequence(); all.hasNext();) {
            var field = all.next();
            weight += 144 + field.getKey().length() + field.getValue().length();
        }
        for (String tag : tags) {
            weight += 90 + tag.length();
        }
        return (int) Math.min(Integer.MAX_VALUE, weight);
    }
}
