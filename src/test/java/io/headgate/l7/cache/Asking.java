package io.headgate.l7.cache;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Requests to a cache, and what a member answers to them, without any lane. */
final class Asking {

    final Moments time;
    final ResponseCache cache;
    CacheRules rules = CacheRules.DEFAULT;

    Asking() {
        this(1 << 20);
    }

    Asking(long size) {
        this(size, null, new Moments());
    }

    /** In the time of the machine. */
    Asking(ResponseCache cache) {
        this.time = new Moments();
        this.cache = cache;
    }

    Asking(long size, @Nullable OnDisk disk, Moments time) {
        this.time = time;
        this.cache = new ResponseCache(size, true, disk, time.clock);
    }

    /** Lines such as {@code Name: value}. */
    static HttpHeaders headers(String... lines) {
        HttpHeaders headers = new DefaultHttpHeaders();
        for (String line : lines) {
            int mark = line.indexOf(':');
            headers.add(line.substring(0, mark), line.substring(mark + 1).strip());
        }
        return headers;
    }

    static CacheQuestion question(String method, String target, String... headers) {
        return new CacheQuestion("route", method, "example.org", target, target, headers(headers), false,
                false, false);
    }

    /** What a request gets: "stored BODY", "sent", or "wait". */
    final class Request {

        final CacheTurn turn = new Caching(cache, rules).turn();
        final HttpHeaders sent;
        CacheStep next;
        private @Nullable CachedReply instead;

        Request(CacheQuestion question) {
            sent = question.headers();
            next = turn.lookUp(question);
            if (next instanceof CacheStep.Forward) {
                turn.forward(sent);
            }
        }

        /** What replaced the member's answer. */
        CachedReply instead() {
            return Objects.requireNonNull(instead);
        }

        boolean isForwarded() {
            return next instanceof CacheStep.Forward;
        }

        boolean isReplied() {
            return next instanceof CacheStep.Reply;
        }

        CachedReply reply() {
            return ((CacheStep.Reply) next).reply();
        }

        String body() {
            return text(reply());
        }

        Request answered(int status, String body, String... headers) {
            HttpHeaders head = headers(headers);
            instead = turn.head(HttpResponseStatus.valueOf(status), head, true);
            if (instead == null) {
                turn.data(Unpooled.copiedBuffer(body, StandardCharsets.ISO_8859_1));
                turn.complete();
            }
            turn.end();
            return this;
        }
    }

    static String text(CachedReply reply) {
        StringBuilder text = new StringBuilder();
        for (ByteBuffer part : reply.body()) {
            text.append(StandardCharsets.ISO_8859_1.decode(part.duplicate()));
        }
        return text.toString();
    }

    Request get(String target, String... headers) {
        return new Request(question("GET", target, headers));
    }

    /** Asked and answered so. */
    Request stored(String target, String body, String... headers) {
        Request request = get(target);
        if (!request.isForwarded()) {
            throw new AssertionError(target + " is stored already");
        }
        return request.answered(200, body, headers);
    }
}
