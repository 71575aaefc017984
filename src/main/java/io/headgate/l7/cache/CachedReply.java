package io.headgate.l7.cache;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client gets of a stored answer: all of it, a part, or that what it has is still good.
 *
 * @param headers the receiver's own; Content-Length is among them where the status has one
 * @param body nothing for HEAD
 * @param length of the body
 * @param encoded what else is kept of the body; null if this is not all of it
 */
public record CachedReply(HttpResponseStatus status, HttpHeaders headers, List<ByteBuffer> body,
        long length, @Nullable EncodedBodies encoded) {

    /** These say something about bytes that a 304 does not have. */
    private static final List<AsciiString> NOT_IN_304 = List.of(HttpHeaderNames.CONTENT_LENGTH,
            HttpHeaderNames.CONTENT_ENCODING, HttpHeaderNames.CONTENT_TYPE, HttpHeaderNames.CONTENT_LANGUAGE,
            HttpHeaderNames.CONTENT_RANGE, HttpHeaderNames.CONTENT_MD5);

    /** There is nothing stored, and the client wants nothing else (RFC 9111, 5.2.1.7). */
    static CachedReply nothing() {
        HttpHeaders headers = StoredAnswer.unchecked();
        headers.set(HttpHeaderNames.CONTENT_LENGTH, "0");
        return new CachedReply(HttpResponseStatus.GATEWAY_TIMEOUT, headers, List.of(), 0, null);
    }

    static CachedReply of(CacheQuestion question, StoredAnswer answer, long now) {
        HttpHeaders headers = answer.headers();
        headers.set(HttpHeaderNames.AGE, Long.toString(answer.freshness().age(now)));
        Body body = answer.body();
        int code = answer.status().code();
        if (code == 200 && Preconditions.areIn(question.headers())
                && Preconditions.isUnmodified(question.headers(), answer)) {
            NOT_IN_304.forEach(headers::remove);
            return new CachedReply(HttpResponseStatus.NOT_MODIFIED, headers, List.of(), 0, null);
        }
        if (code == 204 || code == 205) {
            headers.remove(HttpHeaderNames.CONTENT_LENGTH);
            return new CachedReply(answer.status(), headers, List.of(), 0, null);
        }
        if (code == 200 && question.isGet() && question.headers().contains(HttpHeaderNames.RANGE)
                && !headers.contains(HttpHeaderNames.CONTENT_RANGE)
                && Preconditions.mayHaveRange(question.headers(), answer)) {
            Ranges ranges = Ranges.of(question.headers().get(HttpHeaderNames.RANGE), body.length());
            if (ranges != null) {
                return ranges(ranges, headers, body, now);
            }
        }
        return question.isHead()
                ? new CachedReply(answer.status(), headers, List.of(), 0, null)
                : new CachedReply(answer.status(), headers, body.all(), body.length(), body.encoded());
    }

    private static CachedReply ranges(Ranges ranges, HttpHeaders headers, Body body, long now) {
        long length = body.length();
        if (ranges.parts().isEmpty()) {
            NOT_IN_304.forEach(headers::remove);
            headers.set(HttpHeaderNames.CONTENT_RANGE, "bytes */" + length);
            headers.set(HttpHeaderNames.CONTENT_LENGTH, "0");
            return new CachedReply(HttpResponseStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers, List.of(), 0,
                    null);
        }
        if (ranges.parts().size() == 1) {
            Ranges.Part part = ranges.parts().getFirst();
            headers.set(HttpHeaderNames.CONTENT_RANGE, part.contentRange(length));
            return partial(headers, body.slice(part.from(), part.to() + 1));
        }
        String boundary = "headgate-" + Long.toHexString(now) + Long.toHexString(length);
        String type = headers.get(HttpHeaderNames.CONTENT_TYPE);
        headers.set(HttpHeaderNames.CONTENT_TYPE, "multipart/byteranges; boundary=" + boundary);
        List<ByteBuffer> all = new ArrayList<>();
        for (Ranges.Part part : ranges.parts()) {
            all.add(text("\r\n--" + boundary + "\r\n" + (type == null ? "" : "Content-Type: " + type + "\r\n")
                    + "Content-Range: " + part.contentRange(length) + "\r\n\r\n"));
            all.addAll(body.slice(part.from(), part.to() + 1));
        }
        all.add(text("\r\n--" + boundary + "--\r\n"));
        return partial(headers, all);
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static CachedReply partial(HttpHeaders headers, List<ByteBuffer> body) {
        long length = body.stream().mapToLong(ByteBuffer::remaining).sum();
        headers.set(HttpHeaderNames.CONTENT_LENGTH, Long.toString(length));
        return new CachedReply(HttpResponseStatus.PARTIAL_CONTENT, headers, body, length, null);
    }
}
