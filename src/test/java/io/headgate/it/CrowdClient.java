package io.headgate.it;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2ResetFrame;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One request of a crowd, on a connection or a stream, and how it ends. */
@SuppressWarnings("FutureReturnValueIgnored") // channelInactive tells
final class CrowdClient extends SimpleChannelInboundHandler<HttpObject> {

    /** How it ends if nothing goes wrong. */
    static final String SERVED = "served";

    private static final int PIECE = 16_384;
    private static final int SLOW_MILLIS = 50;

    /** What it does. */
    enum Kind {
        DOWNLOAD,
        UPLOAD,
        /** Downloads, and begins to read after a while. */
        LATE_READER,
        /** Uploads a piece now and then. */
        SLOW_SENDER,
        /** Downloads, and never reads. */
        SILENT;

        boolean sends() {
            return this == UPLOAD || this == SLOW_SENDER;
        }

        boolean readsLate() {
            return this == LATE_READER || this == SILENT;
        }
    }

    private final Kind kind;
    private final String path;
    private final CrowdBody body;
    private final long lateMillis;
    private final Consumer<String> ended;
    private final StringBuilder text = new StringBuilder();
    private int sent;
    private int status;
    private long came;
    private boolean same = true;
    private boolean over;

    CrowdClient(Kind kind, String path, CrowdBody body, long lateMillis, Consumer<String> ended) {
        this.kind = kind;
        this.path = path;
        this.body = body;
        this.lateMillis = lateMillis;
        this.ended = ended;
    }

    Kind kind() {
        return kind;
    }

    void begin(Channel channel) {
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1,
                kind.sends() ? HttpMethod.POST : HttpMethod.GET, path);
        request.headers().set(HttpHeaderNames.HOST, "crowd");
        if (kind.readsLate()) {
            channel.config().setAutoRead(false);
        }
        if (kind == Kind.LATE_READER) {
            channel.eventLoop().schedule(() -> channel.config().setAutoRead(true), lateMillis,
                    TimeUnit.MILLISECONDS);
        }
        if (kind.sends()) {
            request.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length());
            channel.writeAndFlush(request);
            send(channel);
        } else {
            channel.write(request);
            channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
        }
    }

    private void send(Channel channel) {
        boolean slowly = kind == Kind.SLOW_SENDER;
        boolean next = true;
        while (next && sent < body.length() && channel.isActive() && channel.isWritable()) {
            int length = Math.min(PIECE, body.length() - sent);
            DefaultHttpContent piece = sent + length == body.length()
                    ? new DefaultLastHttpContent(body.part(sent, length))
                    : new DefaultHttpContent(body.part(sent, length));
            sent += length;
            channel.write(piece);
            next = !slowly;
        }
        channel.flush();
        if (slowly && sent < body.length() && channel.isActive()) {
            channel.eventLoop().schedule(() -> send(channel), SLOW_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (kind == Kind.UPLOAD && ctx.channel().isWritable()) {
            send(ctx.channel());
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
        if (!message.decoderResult().isSuccess()) {
            end("cannot be decoded");
            ctx.close();
            return;
        }
        if (message instanceof HttpResponse head) {
            status = head.status().code();
        }
        if (message instanceof HttpContent content) {
            if (status == 200 && !kind.sends()) {
                same = same && body.continues(came, content.content());
            } else {
                text.append(content.content().toString(StandardCharsets.US_ASCII));
            }
            came += content.content().readableBytes();
        }
        if (message instanceof LastHttpContent && status >= 200) {
            end(whole());
            ctx.close();
        }
    }

    private String whole() {
        if (status != 200) {
            return status + " " + text.toString().strip().replaceAll(".*\"reason\":\"([^\"]*)\".*", "$1");
        }
        boolean good = kind.sends()
                ? text.toString().equals(CrowdMember.WHOLE)
                : same && came == body.length();
        return good ? SERVED : "wrong";
    }

    /** Its connection or stream ends. */
    void gone(String how) {
        end(status == 0 ? "no answer, " + how : "half an answer, " + how);
    }

    private void end(String how) {
        if (!over) {
            over = true;
            ended.accept(how);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event instanceof Http2ResetFrame reset) {
            gone("reset by " + Http2Error.valueOf(reset.errorCode()));
            ctx.close();
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        gone("closed");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        gone(String.valueOf(cause.getMessage()));
        ctx.close();
    }
}
