package io.headgate.l7.compress;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One answer's compression: {@link #head} decides, {@link #add}, {@link #flush} and {@link #finish} encode
 * the body if there {@link #isActive is} something to do, and {@link #close} ends it in any case. An answer
 * that breaks off must not be finished, so that its client sees that it did. Belongs to one request, and to
 * one thread at a time.
 */
public final class Compressing {

    /** These say something about the bytes that are replaced. */
    private static final List<AsciiString> OF_THE_BYTES = List.of(HttpHeaderNames.CONTENT_LENGTH,
            HttpHeaderNames.ACCEPT_RANGES, HttpHeaderNames.CONTENT_MD5, AsciiString.cached("digest"),
            AsciiString.cached("content-digest"), AsciiString.cached("repr-digest"));

    private final CompressionRules rules;
    private final EncoderMemory memory;
    private final @Nullable String accepted;
    private final @Nullable String userAgent;
    private final @Nullable String has;
    private final boolean isHead;
    private final boolean chunks;
    private boolean over;
    private boolean unflushed;
    private @Nullable ContentCoding coding;
    private @Nullable Encoder encoder;

    Compressing(CompressionRules rules, EncoderMemory memory, @Nullable String accepted,
            @Nullable String userAgent, @Nullable String has, boolean isHead, boolean chunks) {
        this.rules = rules;
        this.memory = memory;
        this.accepted = accepted;
        this.userAgent = userAgent;
        this.has = has;
        this.isHead = isHead;
        this.chunks = chunks;
    }

    /**
     * The head of the answer, as the client would get it. It says afterwards how the body is encoded, without
     * a length, and that this depends on what the client accepts. To be called once.
     *
     * @param whole bytes of the body, if all of it has come; negative otherwise
     */
    public void head(int status, HttpHeaders answer, long whole) {
        if (over || !isCompressible(status, answer)) {
            return;
        }
        if (status == 304) {
            varies(answer);
            weakenIfKnown(answer);
            return;
        }
        if (isSmall(answer, whole)) {
            return;
        }
        varies(answer);
        ContentCoding chosen = chunks && !rules.excludes(userAgent) ? choose() : null;
        if (chosen == null) {
            return;
        }
        if (!isHead) {
            coding = chosen;
        }
        OF_THE_BYTES.forEach(answer::remove);
        answer.set(HttpHeaderNames.CONTENT_ENCODING, chosen.token());
        String etag = answer.get(HttpHeaderNames.ETAG);
        if (etag != null && !isWeak(etag)) {
            answer.set(HttpHeaderNames.ETAG, "W/" + etag);
        }
    }

    /** Takes the memory for it. Where there is none for the best, there may be for another. */
    private @Nullable ContentCoding choose() {
        List<ContentCoding> codings = rules.codings();
        ContentCoding chosen = AcceptEncoding.choose(accepted, codings);
        while (chosen != null && !isHead && !memory.take(chosen.memory())) {
            ContentCoding without = chosen;
            codings = codings.stream().filter(other -> other != without).toList();
            chosen = AcceptEncoding.choose(accepted, codings);
        }
        return chosen;
    }

    private boolean isCompressible(int status, HttpHeaders answer) {
        if (status < 200 || status == 204 || status == 205 || status == 206) {
            return false;
        }
        String type = answer.get(HttpHeaderNames.CONTENT_TYPE);
        return (rules.has(type) || (status == 304 && type == null))
                && !answer.contains(HttpHeaderNames.CONTENT_ENCODING)
                && !answer.contains(HttpHeaderNames.CONTENT_RANGE)
                && !answer.containsValue(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_TRANSFORM, true);
    }

    private boolean isSmall(HttpHeaders answer, long whole) {
        String said = answer.get(HttpHeaderNames.CONTENT_LENGTH);
        long length = whole >= 0 || said == null ? whole : length(said);
        return length >= 0 && length < Math.max(1, rules.minSize());
    }

    private static long length(String said) {
        try {
            return Long.parseLong(said);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    private static void varies(HttpHeaders answer) {
        if (!answer.containsValue(HttpHeaderNames.VARY, HttpHeaderNames.ACCEPT_ENCODING, true)
                && !answer.containsValue(HttpHeaderNames.VARY, "*", true)) {
            answer.add(HttpHeaderNames.VARY, "Accept-Encoding");
        }
    }

    /** A client that has the compressed answer is told by its tag that this is still good. */
    private void weakenIfKnown(HttpHeaders answer) {
        String etag = answer.get(HttpHeaderNames.ETAG);
        if (etag != null && has != null && !isWeak(etag) && has.contains("W/" + etag)) {
            answer.set(HttpHeaderNames.ETAG, "W/" + etag);
        }
    }

    private static boolean isWeak(String etag) {
        return etag.startsWith("W/");
    }

    /** Whether the body is encoded. */
    public boolean isActive() {
        return coding != null;
    }

    /**
     * In which way: what was made of the same bytes in an equal one is the same, and can be sent instead, if
     * this is closed.
     */
    public Object how() {
        return new Way(Objects.requireNonNull(coding), rules.level());
    }

    private record Way(ContentCoding coding, int level) {}

    /** Encodes a part of the body. Perhaps nothing comes of it yet. The part stays the caller's. */
    public ByteBuf add(ByteBuf part) {
        if (!part.isReadable()) {
            return Unpooled.EMPTY_BUFFER;
        }
        unflushed = true;
        return encoded(part, false);
    }

    private ByteBuf encoded(ByteBuf part, boolean last) {
        Encoder now = encoder();
        ByteBuf to = ByteBufAllocator.DEFAULT.directBuffer(256 + part.readableBytes() / 2);
        try {
            if (part.isReadable()) {
                now.add(part.slice(), to);
            }
            if (last) {
                now.finish(to);
            }
            return to;
        } catch (RuntimeException | Error e) {
            to.release();
            throw e;
        }
    }

    /** Made late: perhaps nothing has to be encoded. */
    private Encoder encoder() {
        Encoder made = encoder;
        if (made == null) {
            made = Objects.requireNonNull(coding).encoder(rules.level());
            encoder = made;
        }
        return made;
    }

    /** What has been added and has not come out; null for nothing. */
    public @Nullable ByteBuf flush() {
        if (!unflushed || encoder == null) {
            return null;
        }
        unflushed = false;
        ByteBuf to = ByteBufAllocator.DEFAULT.directBuffer();
        try {
            encoder.flush(to);
            return to;
        } catch (RuntimeException | Error e) {
            to.release();
            throw e;
        }
    }

    /** The last part, and the end. */
    public ByteBuf finish(ByteBuf part) {
        ByteBuf end = encoded(part, true);
        close();
        return end;
    }

    /** The answer is over, however it ended. */
    public void close() {
        over = true;
        ContentCoding with = coding;
        Encoder now = encoder;
        coding = null;
        encoder = null;
        if (now != null) {
            now.close();
        }
        if (with != null) {
            memory.giveBack(with.memory());
        }
    }
}
