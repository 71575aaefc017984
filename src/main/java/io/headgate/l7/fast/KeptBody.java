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
 * a small part of a large buffer, which would be kept as a whole.
 */
final class KeptBody {

    /** Longer lengths are those of bodies that are too large to keep. */
    private static final int MOST_DIGITS = 18;

    private final KeptBodies.Share share;
    private final Queue<ByteBuf> parts = new ArrayDeque<>(4);
    private boolean released;

    private KeptBody(KeptBodies.Share share) {
        this.share = share;
    }

    /** Takes room for the whole body of a request; null if there is none, or the length is unknown. */
    static @Nullable KeptBody of(RequestHead head, KeptBodies bodies) {
        String length = head.length();
        if (length == null || head.chunked() || length.length() > MOST_DIGITS) {
            return null;
        }
        KeptBodies.Share share = bodies.new Share();
        return share.takeAll(Long.parseLong(length)) ? new KeptBody(share) : null;
    }

    void add(ByteBuf part) {
        if (!released && part.isReadable()) {
            parts.add(part.copy());
        }
    }

    /** Puts what has come into a queue, once more. */
    void replay(Queue<HttpContent> to) {
        parts.forEach(part -> to.add(new DefaultHttpContent(part.retainedDuplicate())));
    }

    /** Nothing can be repeated any more. */
    void release() {
        if (!released) {
            released = true;
            parts.forEach(ByteBuf::release);
            parts.clear();
            share.giveBack();
        }
    }
}
