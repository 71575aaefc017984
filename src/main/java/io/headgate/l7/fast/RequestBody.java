package io.headgate.l7.fast;

import io.headgate.l7.KeptBodies;
import io.headgate.l7.route.BodyChange;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a request to a connection: its head, which waits for the data that was read along with it, and its
 * body. Data that comes before there is a connection waits here.
 */
final class RequestBody {

    private @Nullable ArrayDeque<HttpContent> waiting;
    private final ShortChunks chunks = new ShortChunks();
    private @Nullable KeptBody kept;
    private @Nullable BodyChange change;
    private @Nullable HttpRequest unwritten;
    private long bytes;
    private boolean complete;
    private boolean begun;

    /** From now on, what comes is kept for the next member too. Nothing has come yet. */
    void keep(KeptBody copy) {
        kept = copy;
    }

    /**
     * The member may decline the request when parts of its body are on their way: the first bytes are kept,
     * so that another can have it. Nothing is kept of a longer body, or where there is no room.
     */
    void keepBeginning(KeptBodies bodies) {
        if (kept != null || begun) {
            return;
        }
        KeptBody copy = KeptBody.beginning(bodies);
        kept = copy;
        if (copy != null && waiting != null) {
            waiting.forEach(part -> keep(part.content()));
        }
    }

    private void keep(ByteBuf part) {
        if (kept != null && !kept.add(part)) {
            keepNoLonger();
        }
    }

    /** The request is not repeated any more. */
    void keepNoLonger() {
        KeptBody copy = kept;
        if (copy != null) {
            kept = null;
            copy.release();
        }
    }

    /** From now on, and what waits already, it is changed on its way. Nothing has been sent yet. */
    void change(BodyChange by) {
        if (change != null) {
            return; // it goes to another member
        }
        change = by;
        if (bytes > 0) {
            keepNoLonger(); // what came first is kept as it was
        }
        ArrayDeque<HttpContent> before = takeWaiting();
        if (before == null) {
            return;
        }
        ArrayDeque<HttpContent> after = new ArrayDeque<>(4);
        waiting = after;
        try {
            while (!before.isEmpty()) {
                after.add(changed(before.remove(), by));
            }
        } finally {
            before.forEach(ReferenceCountUtil::release);
        }
    }

    private static HttpContent changed(HttpContent part, BodyChange by) {
        return part instanceof LastHttpContent
                ? new DefaultLastHttpContent(by.last(part.content()))
                : new DefaultHttpContent(by.piece(part.content()));
    }

    /** Sends it on, or lets it wait. */
    void add(HttpContent content, @Nullable Upstream upstream) {
        bytes += content.content().readableBytes();
        HttpContent part = content;
        if (content instanceof LastHttpContent last) {
            complete = true;
            part = withoutTrailers(last);
        }
        if (change != null) {
            part = changed(part, change);
            if (!part.content().isReadable() && !(part instanceof LastHttpContent)) {
                part.release();
                return;
            }
        }
        keep(part.content());
        if (upstream != null) {
            write(part, upstream);
            return;
        }
        ArrayDeque<HttpContent> queue = waiting;
        if (queue == null) {
            queue = new ArrayDeque<>(4);
            waiting = queue;
        }
        HttpContent next = chunks.join(part);
        if (next != null) {
            queue.add(next);
        }
    }

    private @Nullable ArrayDeque<HttpContent> takeWaiting() {
        ArrayDeque<HttpContent> queue = waiting;
        waiting = null;
        chunks.end();
        return queue;
    }

    /** Members that merge trailers with headers would let clients set any header. */
    private static HttpContent withoutTrailers(LastHttpContent last) {
        return last.trailingHeaders().isEmpty() ? last : new DefaultLastHttpContent(last.content());
    }

    /** Sends the head and what has waited. */
    void begin(HttpRequest head, Upstream upstream) {
        unwritten = head;
        begun = true;
        ArrayDeque<HttpContent> queue = takeWaiting();
        if (queue != null) {
            queue.forEach(part -> write(part, upstream));
        }
    }

    /** Sends all of it once more, besides: it is complete, and kept or empty. */
    void sendCopy(HttpRequest head, Upstream upstream) {
        ArrayDeque<HttpContent> parts = new ArrayDeque<>(4);
        if (kept != null) {
            kept.replay(parts);
        }
        if (parts.isEmpty()) {
            upstream.write(new DefaultFullHttpRequest(head.protocolVersion(), head.method(), head.uri(),
                    Unpooled.EMPTY_BUFFER, head.headers(), EmptyHttpHeaders.INSTANCE));
            return;
        }
        upstream.write(head);
        parts.forEach(upstream::write);
        upstream.write(LastHttpContent.EMPTY_LAST_CONTENT);
    }

    /** Writes the head if it still waits. */
    void writeHead(Upstream upstream) {
        HttpRequest head = unwritten;
        if (head != null) {
            unwritten = null;
            upstream.write(head);
        }
    }

    /** A request without a body goes out as one message: one pass through the pipeline, and one buffer. */
    private void write(HttpContent part, Upstream upstream) {
        HttpRequest head = unwritten;
        if (head != null && part instanceof LastHttpContent last) {
            unwritten = null;
            upstream.write(new DefaultFullHttpRequest(head.protocolVersion(), head.method(), head.uri(),
                    last.content(), head.headers(), EmptyHttpHeaders.INSTANCE));
        } else {
            writeHead(upstream);
            upstream.write(part);
        }
    }

    /** It starts again, for another connection: what has come is kept, or there was nothing. */
    void rewind() {
        KeptBody copy = kept;
        if (copy != null) {
            drop();
            ArrayDeque<HttpContent> queue = new ArrayDeque<>(4);
            copy.replay(queue);
            waiting = queue.isEmpty() ? null : queue;
        }
        if (complete && (waiting == null || copy != null)) {
            waiting = waiting != null ? waiting : new ArrayDeque<>(1);
            chunks.end();
            waiting.add(LastHttpContent.EMPTY_LAST_CONTENT);
        }
    }

    /** What has come of it, from its beginning, for whoever takes the request over. It is whole. */
    HandedBody handOver() {
        rewind();
        ArrayDeque<HttpContent> queue = takeWaiting();
        KeptBody copy = kept;
        kept = null;
        return new HandedBody(queue == null ? new ArrayDeque<>(0) : queue,
                copy == null ? null : copy.handOver());
    }

    void release() {
        keepNoLonger();
        drop();
    }

    private void drop() {
        ArrayDeque<HttpContent> queue = takeWaiting();
        unwritten = null;
        if (queue != null) {
            queue.forEach(ReferenceCountUtil::release);
        }
    }

    /** Whether the head still waits, and so nothing has gone into the connection. */
    boolean isUnsent() {
        return unwritten != null;
    }

    /** Whether all that has come can be sent to another connection: it is kept, or was never sent. */
    boolean isWhole() {
        return kept != null || !begun;
    }

    /** Whether what comes is kept. */
    boolean isKept() {
        return kept != null;
    }

    /** What waits for a connection. */
    void eachWaiting(Consumer<HttpContent> action) {
        if (waiting != null) {
            waiting.forEach(action);
        }
    }

    /** Whether something waits for a connection. */
    boolean isWaiting() {
        return waiting != null;
    }

    /** Whether all of it has come from the client. */
    boolean isComplete() {
        return complete;
    }

    long bytes() {
        return bytes;
    }
}
