package io.headgate.l7.fast;

import io.headgate.l7.KeptBodies;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A copy of what has come of a request's body, for the next member. It is a copy because what was read may be
 * a small part of a large buffer, which would be kept as a whole. It is in a few buffers of its own, because
 * a body may come byte by byte, and an object for each would take a hundred times what the share counts.
 */
final class KeptBody {

    /** Longer lengths are those of bodies that are too large to keep. */
    private static final int MOST_DIGITS = 18;
    private static final int CHUNK = 8 * 1024;
    /** Bytes: what a member may have been sent by the time that it declines the request. */
    private static final int BEGINNING = 16 * 1024;
    private static final int SMALL_CHUNK = 1024;

    private final KeptBodies.Share share;
    private final ArrayDeque<ByteBuf> parts = new ArrayDeque<>(4);
    private long due;
    private boolean released;
    private final int chunk;

    private KeptBody(KeptBodies.Share share, long length, int chunk) {
        this.share = share;
        this.due = length;
        this.chunk = chunk;
    }

    /** Takes room for the beginning of a body, which may be all of it; null if there is none. */
    static @Nullable KeptBody beginning(KeptBodies bodies) {
        KeptBodies.Share share = bodies.new Share();
        return share.takeAll(BEGINNING) ? new KeptBody(share, BEGINNING, SMALL_CHUNK) : null;
    }

    /** Takes room for the whole body of a request; null if there is none, or the length is unknown. */
    static @Nullable KeptBody of(RequestHead head, KeptBodies bodies) {
        String length = head.length();
        if (length == null || head.chunked() || length.length() > MOST_DIGITS) {
            return null;
        }
        KeptBodies.Share share = bodies.new Share();
        long bytes = Long.parseLong(length);
        return share.takeAll(bytes) ? new KeptBody(share, bytes, CHUNK) : null;
    }

    /** Keeps it too; false if there is no room for it. */
    boolean add(ByteBuf part) {
        if (part.readableBytes() > due) {
            return false;
        }
        int from = part.readerIndex();
        while (!released && from < part.writerIndex()) {
            ByteBuf last = parts.peekLast();
            if (last == null || !last.isWritable()) {
                int size = (int) Math.max(1, Math.min(due, chunk));
                last = part.alloc().buffer(size, size);
                parts.add(last);
            }
            int some = Math.min(part.writerIndex() - from, last.writableBytes());
            last.writeBytes(part, from, some);
            from += some;
            due -= some;
        }
        return true;
    }

    /** Puts what has come into a queue, once more. */
    void replay(Queue<HttpContent> to) {
        parts.forEach(part -> to.add(new DefaultHttpContent(part.retainedDuplicate())));
    }

    /** Nothing can be repeated any more. */
    void release() {
        drop();
        share.giveBack();
    }

    /** What was replayed last goes on to another, and counts until the share is given back. */
    KeptBodies.Share handOver() {
        drop();
        return share;
    }

    private void drop() {
        released = true;
        parts.forEach(ByteBuf::release);
        parts.clear();
    }
}
