package io.headgate.l7.fast;

import io.headgate.l7.ConnectionLogin;
import io.headgate.l7.KeptBodies;
import io.headgate.l7.Repeatable;
import io.headgate.l7.route.Copies;
import io.headgate.l7.route.Mirroring;
import io.headgate.l7.route.RequestDraft;
import io.headgate.pool.Attempts;
import io.headgate.pool.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A copy of a request on its way to another pool: an exchange of its own that has no client. Its body is
 * copied as it comes, and room for all of it is taken before, so that the copy never holds up its request. It
 * goes out in few parts, because a body may come byte by byte, and the room is for its bytes alone.
 */
final class MirrorCopy extends Nobody implements Copies.Copy {

    private static final int MOST_DIGITS = 18;
    private static final int CHUNK = 8 * 1024;

    private final Mirroring rule;
    private final KeptBodies.Share share;
    /** What has come since the last part that went out. */
    private @Nullable ByteBuf chunk;
    /** Bytes of the body that have not come. */
    private long due;
    private boolean complete;

    private MirrorCopy(ClientOrigin origin, Mirroring rule, KeptBodies.Share share, long due) {
        super(origin);
        this.rule = rule;
        this.share = share;
        this.due = due;
    }

    /** Begins one, with what has come of the body; null if the request is not copied. */
    static @Nullable MirrorCopy begin(RequestContext original, Dispatch dispatch, Mirroring rule) {
        HttpRequest request = original.request();
        MirrorCopy made = begin(original.client().origin(), rule, original.head(),
                new DefaultHttpRequest(request.protocolVersion(), request.method(), request.uri(),
                        request.headers().copy()),
                original.draft().preservesHost());
        if (made != null) {
            dispatch.eachWaiting(part -> made.add(part.content(), part instanceof LastHttpContent));
        }
        return made;
    }

    /**
     * Begins one without a body yet; null if the request is not copied.
     *
     * @param head what the client's head said
     * @param request the copy's own
     */
    static @Nullable MirrorCopy begin(ClientOrigin origin, Mirroring rule, RequestHead head,
            HttpRequest request, boolean keepsHost) {
        Worker worker = origin.worker();
        if (request.headers().contains(Mirroring.MARK) || !rule.draws(worker.services().random())) {
            return null;
        }
        KeptBodies.Share share = worker.services().kept().new Share();
        if (head.webSocket() || !request.headers().contains(HttpHeaderNames.HOST)
                || ConnectionLogin.isIn(request.headers(), HttpHeaderNames.AUTHORIZATION)
                || (head.hasBody() && !fits(head, rule, share))) {
            rule.counts().skipped().increment();
            return null;
        }
        if (!rule.counts().begin(rule.most())) {
            share.giveBack();
            return null;
        }
        MirrorCopy copy = new MirrorCopy(origin, rule, share,
                head.hasBody() ? Long.parseLong(Objects.requireNonNull(head.length())) : 0);
        copy.send(head, request, keepsHost);
        return copy;
    }

    private static boolean fits(RequestHead head, Mirroring rule, KeptBodies.Share share) {
        String length = head.length();
        if (length == null || head.chunked() || length.length() > MOST_DIGITS) {
            return false;
        }
        long bytes = Long.parseLong(length);
        return bytes <= rule.maxBody() && share.takeAll(bytes);
    }

    private void send(RequestHead head, HttpRequest request, boolean keepsHost) {
        Worker worker = origin().worker();
        request.headers().set(Mirroring.MARK, rule.copies().id());
        request.headers().remove(HttpHeaderNames.EXPECT); // the body comes anyway
        RequestDraft draft = new RequestDraft(origin().view(request, worker.services().random()),
                rule.copies());
        if (keepsHost) {
            draft.preserveHost();
        }
        Exchange mine = new Exchange(new RequestContext(this, worker, rule.copies(), draft, request, head,
                new Attempts(Repeatable.MAX_ATTEMPTS), worker.now(), null));
        of(mine);
        try {
            mine.open();
        } catch (RuntimeException | Error e) {
            mine.broken(e);
        }
    }

    @Override
    public void add(ByteBuf bytes, boolean last) {
        complete |= last;
        long length = bytes.readableBytes();
        if (length > due || (last && length < due)) { // a filter has changed the body, and not its length
            close();
            return;
        }
        int from = bytes.readerIndex();
        while (exchange() != null && from < bytes.writerIndex()) {
            from += collect(bytes, from);
        }
        if (last) {
            ByteBuf rest = chunk;
            chunk = null;
            send(new DefaultLastHttpContent(rest == null ? Unpooled.EMPTY_BUFFER : rest));
        }
    }

    /** Takes some of the bytes; returns how many. */
    private int collect(ByteBuf bytes, int from) {
        ByteBuf into = chunk;
        if (into == null) {
            int size = (int) Math.min(due, CHUNK);
            into = bytes.alloc().buffer(size, size);
            chunk = into;
        }
        int some = Math.min(bytes.writerIndex() - from, into.writableBytes());
        into.writeBytes(bytes, from, some);
        due -= some;
        if (!into.isWritable() && due > 0) { // the last one waits for the end
            chunk = null;
            send(new DefaultHttpContent(into));
        }
        return some;
    }

    private void send(HttpContent part) {
        Exchange mine = exchange();
        if (mine == null) {
            part.release();
            return;
        }
        try {
            mine.body(part);
        } catch (RuntimeException | Error e) {
            mine.broken(e);
        }
    }

    /** Also called by its exchange, for the client that it has not. */
    @Override
    public void flush() {
        Exchange mine = exchange();
        if (mine != null && !mine.relay().hasBegun()) {
            try {
                mine.flushUpstream();
            } catch (RuntimeException | Error e) {
                mine.broken(e);
            }
        }
    }

    @Override
    public void end() {
        if (complete) {
            flush(); // nobody else does, if its request has ended before all was read
        } else {
            close();
        }
    }

    @Override
    public void told(@Nullable Reason reason) {
        leave();
        ReferenceCountUtil.release(chunk);
        chunk = null;
        share.giveBack();
        rule.counts().now().decrementAndGet();
        (reason == null ? rule.counts().answered() : rule.counts().failed()).increment();
    }
}
