package io.headgate.l7.fast;

import io.headgate.l7.route.FastRoute;
import io.headgate.l7.route.RequestDraft;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/**
 * A member's answer on its way to the client: changed as the route says, framed for this client, passed on in
 * parts.
 */
final class Relay {

    private final ClientConnection client;
    private final RequestHead request;
    private final FastRoute route;
    private final RequestDraft draft;
    private ResponseHead.@Nullable Framing framing;
    private boolean interim;
    private boolean keepsMember;
    private int status;
    private long bytes;

    Relay(ClientConnection client, RequestHead request, FastRoute route, RequestDraft draft) {
        this.client = client;
        this.request = request;
        this.route = route;
        this.draft = draft;
    }

    /** Whether the answer's head has gone to the client. */
    boolean hasBegun() {
        return framing != null;
    }

    int status() {
        return status;
    }

    long bytes() {
        return bytes;
    }

    /** Whether the member's connection can be used again once the answer has ended. */
    boolean keepsMember() {
        return keepsMember;
    }

    /** Whether only the end of the connection tells the client where the answer ends. */
    boolean endsByClose() {
        return framing == ResponseHead.Framing.CLOSE;
    }

    /** Whether what comes now belongs to an informational response. */
    boolean isInterim() {
        return interim;
    }

    /**
     * Neither 100 nor 103 is an answer: the real one follows. A client that may not know them is not told.
     */
    void informational(HttpResponse response, boolean wanted) {
        interim = true;
        if (wanted && request.http11()) {
            HopByHop.remove(response.headers());
            client.write(whole(response));
            client.flush();
        }
    }

    /** The end of an informational response changes what is expected next. */
    void interimContent(HttpContent content) {
        interim = !(content instanceof LastHttpContent);
        content.release();
    }

    /**
     * The answer's head.
     *
     * @param setCookie of the sticky session, null for none
     * @throws IllegalArgumentException where an edit of the route cannot be made; nothing has been sent then
     */
    void begin(HttpResponse response, @Nullable String setCookie) {
        HttpHeaders headers = response.headers();
        boolean bodiless = request.isHead() || ResponseHead.hasNoBody(response.status().code());
        String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
        keepsMember = ResponseHead.keepsMember(response, bodiless);
        HopByHop.remove(headers);
        add(setCookie, headers);
        ResponseHead.edit(response, route, draft);
        status = response.status().code();
        ResponseHead.Framing framed = ResponseHead.frame(response, request, length, bodiless);
        framing = framed;
        if (!request.keepAlive() || framed == ResponseHead.Framing.CLOSE || client.isLeaving()) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (!request.http11()) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
        client.write(response);
    }

    /** A part of the body, or its end. */
    void pass(HttpContent content) {
        if (framing == ResponseHead.Framing.NO_BODY) {
            boolean last = content instanceof LastHttpContent;
            content.release();
            if (last) {
                client.write(LastHttpContent.EMPTY_LAST_CONTENT);
            }
            return;
        }
        bytes += content.content().readableBytes();
        if (content instanceof LastHttpContent end && !end.trailingHeaders().isEmpty()) {
            HopByHop.remove(end.trailingHeaders());
        }
        client.write(content);
    }

    /** The head that ends HTTP on this connection. */
    void switching(HttpResponse response, @Nullable String setCookie) {
        HopByHop.remove(response.headers());
        add(setCookie, response.headers());
        ResponseHead.edit(response, route, draft);
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
        response.headers().set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
        status = 101;
        client.write(whole(response));
        client.flush();
    }

    private static void add(@Nullable String setCookie, HttpHeaders headers) {
        if (setCookie != null) {
            headers.add(HttpHeaderNames.SET_COOKIE, setCookie);
        }
    }

    private static DefaultFullHttpResponse whole(HttpResponse response) {
        return new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, response.status(), Unpooled.EMPTY_BUFFER,
                response.headers(), LastHttpContent.EMPTY_LAST_CONTENT.trailingHeaders());
    }
}
