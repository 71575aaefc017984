package io.headgate.l7.fast;

import io.headgate.l7.Grpc;
import io.headgate.l7.cache.Body;
import io.headgate.l7.cache.CacheTurn;
import io.headgate.l7.cache.CachedReply;
import io.headgate.l7.cache.EncodedBodies;
import io.headgate.l7.compress.Compressing;
import io.headgate.l7.compress.Compression;
import io.headgate.l7.pages.ErrorPage;
import io.headgate.l7.route.BodyChange;
import io.headgate.l7.route.GrpcWeb;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
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
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes one answer to its client, wherever it is from: changes the head as the route says, frames the body
 * for this client, and compresses it if the route does. It is the base of {@link Relay} instead of a part of
 * it, because a part would be one more object for each request.
 */
abstract class ResponseWriter {

    private final Client client;
    private final RequestHead request;
    final RequestContext context;
    private final Dispatch dispatch;
    /** Null if the route does not compress. */
    private final @Nullable Compressing compressing;
    private ResponseHead.@Nullable Framing framing;
    private @Nullable HttpResponse unwritten;
    private @Nullable BodyChange change;
    /** A stored body that is being compressed, to be kept so; null for any other. */
    private EncodedBodies.@Nullable Making making;
    private boolean decided;
    private boolean replaced;
    private int status;
    private int grpcStatus = -1;
    private long bytes;

    ResponseWriter(RequestContext context, Dispatch dispatch) {
        this.context = context;
        this.client = context.client();
        this.request = context.head();
        this.dispatch = dispatch;
        Compression compression = context.route().compression();
        this.compressing = compression == null || client.isRefresh()
                ? null
                : compression.begin(context.request().headers(), request.isHead(), request.http11());
    }

    /** Whether the answer's head is made for the client. */
    final boolean hasBegun() {
        return framing != null;
    }

    final int status() {
        return status;
    }

    final long bytes() {
        return bytes;
    }

    /** Whether only the end of the connection tells the client where the answer ends. */
    final boolean endsByClose() {
        return framing == ResponseHead.Framing.CLOSE;
    }

    /** Whether something may follow the body that the client gets. */
    final boolean mayHaveTrailers() {
        return framing == ResponseHead.Framing.CHUNKED;
    }

    /** Whether the client has got a page of the route's instead of the member's answer, and all of it. */
    final boolean isReplaced() {
        return replaced;
    }

    /** Whether the answer has begun, and has no body. */
    final boolean isBodiless() {
        return framing == ResponseHead.Framing.NO_BODY;
    }

    /** Tells the client to send the body. */
    final void goOn() {
        client.write(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE,
                Unpooled.EMPTY_BUFFER));
        client.flush();
    }

    /** Writes an informational head, which the answer's own follows. */
    final void writeInterim(HttpResponse response) {
        removeFraming(response.headers());
        writeWhole(response);
    }

    /** An informational response has no content (RFC 9110, 8.6). */
    private static void removeFraming(HttpHeaders headers) {
        HopByHop.remove(headers);
        headers.remove(HttpHeaderNames.CONTENT_LENGTH);
        headers.remove(HttpHeaderNames.TRANSFER_ENCODING);
    }

    private void writeWhole(HttpResponse head) {
        client.write(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, head.status(), Unpooled.EMPTY_BUFFER,
                head.headers(), LastHttpContent.EMPTY_LAST_CONTENT.trailingHeaders()));
        client.flush();
    }

    /** The end of a call of gRPC as it stands in the answer; -1 for none. */
    final int grpcStatus() {
        return grpcStatus;
    }

    /** Makes the head for the client; it waits for the first part of the body. */
    final void open(HttpResponse response, @Nullable String length, boolean bodiless) {
        HttpHeaders headers = response.headers();
        CacheTurn cache = context.cache();
        if (cache != null) {
            cache.tell(headers);
        }
        BodyChange made = edit(response);
        status = response.status().code();
        if (context.isGrpc()) {
            grpcStatus = Grpc.number(headers.get(Grpc.STATUS));
        }
        ErrorPage page = context.page(status, true);
        byte[] text = page == null ? null : context.text(page, status, null);
        GrpcWeb call = context.draft().grpcWeb();
        boolean translated = text == null && call != null && call.answers(headers);
        ResponseHead.Framing framed = text == null
                ? ResponseHead.frame(response, request, translated || made != null ? null : length, bodiless)
                : ResponseHead.frame(response, request, Integer.toString(text.length), request.isHead());
        framing = framed;
        change = framed == ResponseHead.Framing.NO_BODY ? null : made;
        if (!request.keepAlive() || framed == ResponseHead.Framing.CLOSE || client.isLeaving()) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (!request.http11()) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
        context.debug(headers);
        if (page == null || text == null) {
            unwritten = response;
            return;
        }
        replaced = true;
        bytes = request.isHead() ? 0 : text.length;
        client.write(Replies.page(page, text, response, !request.isHead()));
    }

    /**
     * Writes the head that has waited for its body. Data of one read is sent in one message, which costs one
     * pass through the pipeline and, if the body is small, one buffer.
     */
    final void writeHead() {
        HttpResponse head = unwritten;
        if (head != null) {
            compress(head, -1);
            unwritten = null;
            client.write(head);
        }
    }

    /** Decides whether the body is compressed, now that as much is known of it as ever. */
    private void compress(HttpResponse head, long whole) {
        if (compressing != null && !decided) {
            decided = true;
            compressing.head(head.status().code(), head.headers(), whole);
            if (compressing.isActive()) {
                head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
            }
        }
    }

    /** The body of a stored answer as this client gets it, or as it is to be compressed for the client. */
    final List<ByteBuffer> stored(CachedReply reply) {
        HttpResponse head = unwritten;
        EncodedBodies kept = reply.encoded();
        if (compressing == null || kept == null || head == null || change != null) {
            return reply.body();
        }
        compress(head, reply.length());
        if (!compressing.isActive()) {
            return reply.body();
        }
        Body encoded = kept.find(compressing.how());
        if (encoded == null) {
            making = kept.begin(compressing.how(), reply.length());
            return reply.body();
        }
        compressing.close();
        head.headers().remove(HttpHeaderNames.TRANSFER_ENCODING);
        head.headers().set(HttpHeaderNames.CONTENT_LENGTH, Long.toString(encoded.length()));
        return encoded.all();
    }

    private void keep(ByteBuf compressed) {
        if (making != null) {
            making.add(compressed);
        }
    }

    private boolean isCompressed() {
        return compressing != null && compressing.isActive();
    }

    /** All that had come from the member is passed on, and the client gets it now. */
    final void flush() {
        writeHead();
        ByteBuf rest = compressing == null ? null : compressing.flush();
        if (rest != null) {
            keep(rest);
            bytes += rest.readableBytes();
            client.write(new DefaultHttpContent(rest));
        }
    }

    /** The request is over. */
    final void end() {
        if (compressing != null) {
            compressing.close();
        }
        if (making != null) {
            making.abandon();
            making = null;
        }
    }

    final void writePart(HttpContent content) {
        writeHead();
        HttpContent changed = change == null
                ? content
                : new DefaultHttpContent(change.piece(content.content()));
        GrpcWeb call = translated();
        HttpContent part = call == null ? changed : call.encoded(changed);
        if (compressing != null && isCompressed()) {
            HttpContent plain = part;
            part = new DefaultHttpContent(compressing.add(plain.content()));
            keep(part.content());
            plain.release();
        }
        bytes += part.content().readableBytes();
        if (part.content().isReadable()) {
            client.write(part);
        } else {
            part.release();
        }
    }

    /** The call of gRPC-Web whose answer this is; null if it is another one. */
    private @Nullable GrpcWeb translated() {
        GrpcWeb call = context.draft().grpcWeb();
        return call != null && call.isAnswering() ? call : null;
    }

    final void writeLast(LastHttpContent came) {
        LastHttpContent end = came;
        if (change != null) {
            end = new DefaultLastHttpContent(change.last(came.content()));
            end.trailingHeaders().add(came.trailingHeaders());
        }
        if (!end.trailingHeaders().isEmpty() && context.isGrpc()) {
            grpcStatus = Grpc.number(end.trailingHeaders().get(Grpc.STATUS));
        }
        GrpcWeb call = translated();
        writeEnd(call == null ? end : call.end(end));
    }

    private void writeEnd(LastHttpContent end) {
        HttpResponse head = unwritten;
        if (head != null) {
            compress(head, framing == ResponseHead.Framing.NO_BODY ? -1 : end.content().readableBytes());
        }
        LastHttpContent last = end;
        if (compressing != null && isCompressed()) {
            last = new DefaultLastHttpContent(compressing.finish(end.content()));
            last.trailingHeaders().add(end.trailingHeaders());
            keep(last.content());
            if (making != null) {
                making.finish();
                making = null;
            }
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

    /** The head that ends HTTP on this connection, or on this stream, where it is a plain success. */
    final void switching(HttpResponse response, int switched) {
        removeFraming(response.headers());
        BodyChange _ = edit(response); // a tunnel has no body
        status = switched;
        if (client.isStream()) {
            response.headers().remove(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT);
            context.debug(response.headers());
            client.write(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(switched),
                    response.headers()));
            client.flush();
            return;
        }
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
        response.headers().set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
        context.debug(response.headers());
        writeWhole(response);
    }

    /** Adds the cookie of a sticky session and makes the route's changes. Returns those of the body. */
    private @Nullable BodyChange edit(HttpResponse response) {
        String setCookie = dispatch.setCookie();
        if (setCookie != null) {
            response.headers().add(HttpHeaderNames.SET_COOKIE, setCookie);
        }
        context.draft().addToClient(response.headers());
        return ResponseHead.edit(response, context.route(), context.draft());
    }
}
