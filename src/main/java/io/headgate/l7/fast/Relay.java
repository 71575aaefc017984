package io.headgate.l7.fast;

import io.headgate.l7.ConnectionLogin;
import io.headgate.l7.cache.CacheTurn;
import io.headgate.l7.cache.CachedReply;
import io.headgate.l7.compress.Compressing;
import io.headgate.l7.compress.Compression;
import io.headgate.net.HeadLimits;
import io.headgate.pool.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A member's answer on its way to the client: changed as the route says, framed for this client, passed on in
 * parts.
 */
final class Relay {

    private final Client client;
    private final RequestHead request;
    private final RequestContext context;
    private final Dispatch dispatch;
    private ResponseHead.@Nullable Framing framing;
    private @Nullable HttpResponse unwritten;
    private boolean interim;
    private int interims;
    private boolean over;
    private boolean keepsMember;
    private long keptFor = Long.MAX_VALUE;
    private boolean login;
    private int status;
    /** Of the member's answer; 0 before it, and where none was asked. */
    private int memberStatus;
    private long bytes;
    /** What the client gets instead of the member's answer, once that has ended. */
    private @Nullable CachedReply instead;
    private @Nullable Replay replay;
    /** Null if the route does not compress. */
    private final @Nullable Compressing compressing;

    Relay(RequestContext context, Dispatch dispatch) {
        this.dispatch = dispatch;
        this.client = context.client();
        this.request = context.head();
        this.context = context;
        Compression compression = context.route().compression();
        this.compressing = compression == null || client.isRefresh()
                ? null
                : compression.begin(context.request().headers(), request.isHead(), request.http11());
    }

    /** Whether the answer's head has gone to the client. */
    boolean hasBegun() {
        return framing != null;
    }

    int status() {
        return status;
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

    long bytes() {
        return bytes;
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

    /** Whether only the end of the connection tells the client where the answer ends. */
    boolean endsByClose() {
        return framing == ResponseHead.Framing.CLOSE;
    }

    /** Whether something may follow the body that the client gets. */
    boolean mayHaveTrailers() {
        return framing == ResponseHead.Framing.CHUNKED;
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
        if (wanted && request.http11()) {
            HopByHop.remove(response.headers());
            response.headers().remove(HttpHeaderNames.CONTENT_LENGTH); // it has no content (RFC 9110, 8.6)
            response.headers().remove(HttpHeaderNames.TRANSFER_ENCODING);
            client.write(whole(response));
            client.flush();
        }
    }

    /** Tells the client to send the body. */
    void goOn() {
        client.write(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE,
                Unpooled.EMPTY_BUFFER));
        client.flush();
    }

    private void begin(HttpResponse response) {
        HttpHeaders headers = response.headers();
        boolean bodiless = request.isHead() || ResponseHead.hasNoBody(response.status().code());
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

    /** Makes the head for the client; it waits for the first part of the body. */
    private void open(HttpResponse response, @Nullable String length, boolean bodiless) {
        HttpHeaders headers = response.headers();
        CacheTurn cache = context.cache();
        if (cache != null) {
            cache.tell(headers);
        }
        edit(response);
        status = response.status().code();
        ResponseHead.Framing framed = ResponseHead.frame(response, request, length, bodiless);
        framing = framed;
        if (!request.keepAlive() || framed == ResponseHead.Framing.CLOSE || client.isLeaving()) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (!request.http11()) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
        context.debug(headers);
        unwritten = response;
    }

    /**
     * Writes the head that has waited for its body. Data of one read is sent in one message, which costs one
     * pass through the pipeline and, if the body is small, one buffer.
     */
    void writeHead() {
        HttpResponse head = unwritten;
        if (head != null) {
            compress(head, -1);
            unwritten = null;
            client.write(head);
        }
    }

    /** Decides whether the body is compressed, now that as much is known of it as ever. */
    private void compress(HttpResponse head, long whole) {
        if (compressing != null) {
            compressing.head(head.status().code(), head.headers(), whole);
            if (compressing.isActive()) {
                head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
            }
        }
    }

    private boolean isCompressed() {
        return compressing != null && compressing.isActive();
    }

    /** All that had come from the member is passed on, and the client gets it now. */
    void flush() {
        writeHead();
        ByteBuf rest = compressing == null ? null : compressing.flush();
        if (rest != null) {
            bytes += rest.readableBytes();
            client.write(new DefaultHttpContent(rest));
        }
    }

    /** The request is over. */
    void end() {
        if (compressing != null) {
            compressing.close();
        }
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
            pass(content, last);
            over = last;
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
                request.isHead() || ResponseHead.hasNoBody(reply.status().code()));
        replay = new Replay(framing == ResponseHead.Framing.NO_BODY ? List.of() : reply.body());
    }

    /** Sends as much of it as the client takes now. */
    void play() {
        Replay playing = replay;
        while (playing != null && !over && (playing.isEmpty() || client.isWritable())) {
            ByteBuf part = playing.next();
            over = playing.isEmpty();
            if (over) {
                writeLast(part.isReadable()
                        ? new DefaultLastHttpContent(part)
                        : LastHttpContent.EMPTY_LAST_CONTENT);
            } else {
                writePart(new DefaultHttpContent(part));
            }
        }
    }

    private void pass(HttpContent content, boolean last) {
        CacheTurn cache = context.cache();
        if (cache != null) {
            if (framing != ResponseHead.Framing.NO_BODY) {
                cache.data(content.content());
            }
            if (last) {
                cache.complete();
            }
        }
        if (framing == ResponseHead.Framing.NO_BODY) {
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

    private void writePart(HttpContent content) {
        writeHead();
        HttpContent part = content;
        if (compressing != null && isCompressed()) {
            part = new DefaultHttpContent(compressing.add(content.content()));
            content.release();
        }
        bytes += part.content().readableBytes();
        if (part.content().isReadable()) {
            client.write(part);
        } else {
            part.release();
        }
    }

    private void writeLast(LastHttpContent end) {
        HttpResponse head = unwritten;
        if (head != null) {
            compress(head, framing == ResponseHead.Framing.NO_BODY ? -1 : end.content().readableBytes());
        }
        LastHttpContent last = end;
        if (compressing != null && isCompressed()) {
            last = new DefaultLastHttpContent(compressing.finish(end.content()));
            last.trailingHeaders().add(end.trailingHeaders());
            end.release();
            if (head != null) { // its length is known
                head.headers().remove(HttpHeaderNames.TRANSFER_ENCODING);
                head.headers().set(HttpHeaderNames.CONTENT_LENGTH, last.content().readableBytes());
            }
        }
        bytes += last.content().readableBytes();
        if (head == null) {
            client.write(last);
        } else {
            unwritten = null;
            client.write(new DefaultFullHttpResponse(head.protocolVersion(), head.status(), last.content(),
                    head.headers(), last.trailingHeaders()));
        }
    }

    /** The head that ends HTTP on this connection. */
    void switching(HttpResponse response) {
        HopByHop.remove(response.headers());
        response.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
        response.headers().remove(HttpHeaderNames.TRANSFER_ENCODING);
        edit(response);
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
        response.headers().set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
        context.debug(response.headers());
        status = 101;
        client.write(whole(response));
        client.flush();
    }

    /** Adds the cookie of a sticky session and makes the route's changes. */
    private void edit(HttpResponse response) {
        String setCookie = dispatch.setCookie();
        if (setCookie != null) {
            response.headers().add(HttpHeaderNames.SET_COOKIE, setCookie);
        }
        context.draft().addToClient(response.headers());
        ResponseHead.edit(response, context.route(), context.draft());
    }

    private static DefaultFullHttpResponse whole(HttpResponse response) {
        return new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, response.status(), Unpooled.EMPTY_BUFFER,
                response.headers(), LastHttpContent.EMPTY_LAST_CONTENT.trailingHeaders());
    }
}
