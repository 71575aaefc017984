package io.headgate.l7.fast;

import io.headgate.l7.ConnectionLogin;
import io.headgate.l7.HandOver;
import io.headgate.l7.KeptBodies;
import io.headgate.l7.Repeatable;
import io.headgate.l7.route.Copies;
import io.headgate.l7.route.Mirroring;
import io.headgate.l7.route.RequestDraft;
import io.headgate.pool.Attempts;
import io.headgate.pool.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A copy of a request on its way to another pool: an exchange of its own that has no client. Its body is
 * copied as it comes, and room for all of it is taken before, so that the copy never holds up its request.
 */
final class MirrorCopy implements Client, Copies.Copy {

    private static final int MOST_DIGITS = 18;

    private final ClientOrigin origin;
    private final Mirroring rule;
    private final KeptBodies.Share share;
    private @Nullable Exchange exchange;
    private boolean complete;

    private MirrorCopy(ClientOrigin origin, Mirroring rule, KeptBodies.Share share) {
        this.origin = origin;
        this.rule = rule;
        this.share = share;
    }

    /**
     * Begins one; null if the request is not copied.
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
        if (head.webSocket() || ConnectionLogin.isIn(request.headers(), HttpHeaderNames.AUTHORIZATION)
                || (head.hasBody() && !fits(head, rule, share))) {
            rule.counts().skipped().increment();
            return null;
        }
        if (!rule.counts().begin(rule.most())) {
            share.giveBack();
            return null;
        }
        MirrorCopy copy = new MirrorCopy(origin, rule, share);
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
        Worker worker = origin.worker();
        request.headers().set(Mirroring.MARK, rule.copies().id());
        request.headers().remove(HttpHeaderNames.EXPECT); // the body comes anyway
        RequestDraft draft = new RequestDraft(origin.view(request, worker.services().random()),
                rule.copies());
        if (keepsHost) {
            draft.preserveHost();
        }
        Exchange mine = new Exchange(new RequestContext(this, worker, rule.copies(), draft, request, head,
                new Attempts(Repeatable.MAX_ATTEMPTS), worker.now(), null));
        exchange = mine;
        try {
            mine.open();
        } catch (RuntimeException | Error e) {
            mine.broken(e);
        }
    }

    @Override
    public void add(ByteBuf bytes, boolean last) {
        Exchange mine = exchange;
        complete |= last;
        if (mine == null || (!last && !bytes.isReadable())) {
            return;
        }
        HttpContent part = last
                ? new DefaultLastHttpContent(bytes.copy())
                : new DefaultHttpContent(bytes.copy());
        try {
            mine.body(part);
        } catch (RuntimeException | Error e) {
            mine.broken(e);
        }
    }

    /** Also called by its exchange, for the client that it has not. */
    @Override
    public void flush() {
        Exchange mine = exchange;
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
        if (!complete) {
            close();
        }
    }

    @Override
    public void told(@Nullable Reason reason) {
        exchange = null;
        share.giveBack();
        rule.counts().now().decrementAndGet();
        (reason == null ? rule.counts().answered() : rule.counts().failed()).increment();
    }

    @Override
    public void close() {
        Exchange mine = exchange;
        if (mine != null) {
            mine.clientGone();
        }
    }

    /** The answer. */
    @Override
    public void write(Object message) {
        ReferenceCountUtil.release(message);
    }

    @Override
    public boolean isRefresh() {
        return true;
    }

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public long unsent() {
        return 0;
    }

    @Override
    public long lastSent() {
        return 0;
    }

    @Override
    public void resume() {
    }

    @Override
    public boolean isLeaving() {
        return false;
    }

    @Override
    public void exchangeEnded(boolean stays, boolean bodyComplete) {
    }

    @Override
    public void abort(boolean byReset) {
    }

    @Override
    public boolean mayHandOver() {
        return false;
    }

    @Override
    public void handOver(HttpRequest anew, Queue<HttpContent> body, HandOver why) {
        throw new IllegalStateException("there is nobody to answer");
    }

    @Override
    public Reason whyGone() {
        return Reason.CLIENT_GONE;
    }

    @Override
    public ClientOrigin origin() {
        return origin;
    }

    /** Nobody is logged in. */
    @Override
    public @Nullable OwnUpstreams logins() {
        return null;
    }

    @Override
    public @Nullable ClientConnection connection() {
        return null;
    }
}
