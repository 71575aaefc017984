package io.headgate.l7.fast;

import io.headgate.l7.ConnectionLogin;
import io.headgate.l7.cache.CacheTurn;
import io.headgate.l7.cache.CachedReply;
import io.headgate.l7.route.BodyChange;
import io.headgate.net.HeadLimits;
import io.headgate.pool.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a member answers, or the cache in its place, on its way to the client. */
final class Relay extends ResponseWriter {

    /** How much of an answer is read that the client does not get, so that the connection can stay. */
    private static final int MOST_UNWANTED = 64 * 1024;

    private boolean interim;
    private int interims;
    private boolean over;
    private int unwanted;
    private boolean keepsMember;
    private long keptFor = Long.MAX_VALUE;
    private boolean login;
    /** Of the member's answer; 0 before it, and where none was asked. */
    private int memberStatus;
    /** What the client gets instead of the member's answer, once that has ended. */
    private @Nullable CachedReply instead;
    private @Nullable Replay replay;

    Relay(RequestContext context, Dispatch dispatch) {
        super(context, dispatch);
    }

    int memberStatus() {
        return memberStatus;
    }

    /** What the client gets instead of the member's answer; null if it gets that. */
    @Nullable
    CachedReply instead() {
        return instead;
    }

    /** Whether a stored answer is on its way. */
    boolean isReplaying() {
        return replay != null && !over;
    }

    /** Whether the member's connection can be used again once the answer has ended. */
    boolean keepsMember() {
        return keepsMember;
    }

    /** Whether the member asked for a login that holds for its connection, or completed one. */
    boolean isOfLogin() {
        return login;
    }

    /** For how long, in nanoseconds, the member has announced to keep it idle. */
    long keptFor() {
        return keptFor;
    }

    /** Whether the whole answer has gone to the client. */
    boolean isOver() {
        return over;
    }

    /** A head from the member, informational or the answer's. Null, or what is wrong with it. */
    @Nullable
    Reason head(HttpResponse response) {
        if (!response.decoderResult().isSuccess()) {
            // channelInactive reports a truncated head
            return response.decoderResult().cause() instanceof PrematureChannelClosureException
                    ? null
                    : Reason.BAD_RESPONSE;
        }
        int code = response.status().code();
        if (hasBegun() || !ResponseHead.isUnderstood(response)) {
            return Reason.BAD_RESPONSE;
        }
        if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
            interims++;
            if (interims > HeadLimits.INFORMATIONAL) {
                return Reason.BAD_RESPONSE;
            }
            informational(response, code != 100 || RequestHead.expectsContinue(context.request()));
            return null;
        }
        try {
            begin(response);
            return null;
        } catch (IllegalArgumentException e) {
            context.notApplied(" to the answer", e);
            return Reason.INTERNAL_ERROR; // nothing has been sent
        }
    }

    /**
     * Neither 100 nor 103 is the final answer, which follows. A client that may not know them does not get
     * them.
     */
    private void informational(HttpResponse response, boolean wanted) {
        interim = true;
        if (wanted && context.head().http11()) {
            writeInterim(response);
        }
    }

    private void begin(HttpResponse response) {
        HttpHeaders headers = response.headers();
        boolean bodiless = context.head().isHead() || ResponseHead.hasNoBody(response.status().code());
        String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
        keepsMember = ResponseHead.keepsMember(response, bodiless);
        keptFor = ResponseHead.keptFor(headers);
        login = ConnectionLogin.isIn(headers, HttpHeaderNames.WWW_AUTHENTICATE);
        memberStatus = response.status().code();
        HopByHop.remove(headers);
        CacheTurn cache = context.cache();
        if (cache != null) {
            instead = cache.head(response.status(), headers, bodiless || length != null
                    || headers.contains(HttpHeaderNames.TRANSFER_ENCODING));
            if (instead != null) {
                return;
            }
        }
        open(response, length, bodiless);
    }

    /** A part of a body, or its end. Null, or what is wrong with it. */
    @Nullable
    Reason content(HttpContent content) {
        boolean last = content instanceof LastHttpContent;
        if (interim) {
            interim = !last; // the end of an informational response: what comes next is another head
            content.release();
        } else if (instead != null && content.decoderResult().isSuccess()) {
            content.release();
        } else if (!hasBegun() || !content.decoderResult().isSuccess()) {
            content.release();
            return Reason.BAD_RESPONSE;
        } else {
            try {
                pass(content, last);
            } catch (BodyChange.Failed e) {
                return Reason.INTERNAL_ERROR;
            }
            over = last || unwanted > MOST_UNWANTED;
            keepsMember &= last || !over;
        }
        return null;
    }

    /**
     * Begins a stored answer, which the route's filters change as they change a member's.
     *
     * @throws IllegalArgumentException if they cannot
     */
    void replay(CachedReply reply) {
        instead = null;
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, reply.status(), reply.headers());
        open(head, reply.headers().get(HttpHeaderNames.CONTENT_LENGTH),
                context.head().isHead() || ResponseHead.hasNoBody(reply.status().code()));
        if (isReplaced()) {
            over = true;
            return;
        }
        replay = new Replay(isBodiless() ? List.of() : stored(reply));
    }

    /** Sends as much of it as the client takes now. */
    void play() {
        Replay playing = replay;
        while (playing != null && !over && (playing.isEmpty() || context.client().isWritable())) {
            ByteBuf part = playing.next();
            over = playing.isEmpty();
            if (over) {
                writeLast(part.isReadable()
                        ? new DefaultLastHttpContent(part, EmptyHttpHeaders.INSTANCE)
                        : LastHttpContent.EMPTY_LAST_CONTENT);
            } else {
                writePart(new DefaultHttpContent(part));
            }
        }
    }

    private void pass(HttpContent content, boolean last) {
        CacheTurn cache = context.cache();
        if (cache != null) {
            if (!isBodiless()) {
                cache.data(content.content());
            }
            if (last) {
                cache.complete();
            }
        }
        if (isReplaced()) {
            unwanted += content.content().readableBytes();
            content.release();
            return;
        }
        if (isBodiless()) {
            content.release();
            if (last) {
                writeLast(LastHttpContent.EMPTY_LAST_CONTENT);
            }
            return;
        }
        if (content instanceof LastHttpContent end) {
            if (!end.trailingHeaders().isEmpty()) {
                HopByHop.remove(end.trailingHeaders());
            }
            writeLast(end);
        } else {
            writePart(content);
        }
    }
}
