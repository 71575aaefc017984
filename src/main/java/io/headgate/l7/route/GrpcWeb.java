package io.headgate.l7.route;

import io.headgate.l7.Grpc;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call that a page makes by gRPC-Web, because browsers let no page read trailers, on its way to a member
 * that speaks gRPC (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md). Messages are the same in
 * both. The trailers of the answer become a last frame of its body, and where the page wants text, all of it
 * is in base64. Belongs to one request.
 */
public final class GrpcWeb {

    private static final String TYPE = Grpc.TYPE + "-web";
    private static final String TEXT = "-text";
    /** Instead of the flags of a message. */
    private static final int TRAILERS = 0x80;

    private final Base64Reader reader = new Base64Reader();
    private final boolean readsText;
    private final boolean writesText;
    private @Nullable HttpHeaders early;
    private boolean answering;

    private GrpcWeb(boolean readsText, boolean writesText) {
        this.readsText = readsText;
        this.writesText = writesText;
    }

    /** What a route's filter does with its requests, before all others. */
    public static final class Edit implements RequestEdit {

        @Override
        public void apply(RequestDraft draft) {
            HttpHeaders headers = draft.headers();
            String type = headers.get(HttpHeaderNames.CONTENT_TYPE);
            if (is(type)) {
                draft.grpcWeb(of(headers, type));
            }
        }
    }

    /** Whether a message of this type is one of gRPC-Web. */
    public static boolean is(@Nullable String type) {
        return type != null && type.regionMatches(true, 0, TYPE, 0, TYPE.length());
    }

    /** Also makes its head that of a call. */
    private static GrpcWeb of(HttpHeaders headers, String type) {
        String rest = type.substring(TYPE.length());
        boolean text = rest.regionMatches(true, 0, TEXT, 0, TEXT.length());
        String accept = headers.get(HttpHeaderNames.ACCEPT);
        headers.set(HttpHeaderNames.CONTENT_TYPE,
                Grpc.TYPE + (text ? rest.substring(TEXT.length()) : rest));
        headers.remove(HttpHeaderNames.ACCEPT);
        boolean says = accept != null && is(accept);
        return new GrpcWeb(text,
                says ? accept.regionMatches(true, TYPE.length(), TEXT, 0, TEXT.length()) : text);
    }

    // The request

    /** Whether its body is another one than the client sends. */
    public boolean isDecoded() {
        return readsText;
    }

    /**
     * A part of the body as the member gets it.
     *
     * @throws IllegalArgumentException if it is not base64
     */
    public HttpContent decoded(HttpContent part) {
        try {
            boolean last = part instanceof LastHttpContent;
            ByteBuf bytes = reader.read(part.content(), last);
            return last ? new DefaultLastHttpContent(bytes) : new DefaultHttpContent(bytes);
        } finally {
            part.release();
        }
    }

    // The answer

    /** The head of the answer; true if it is one of gRPC, whose body becomes another one. */
    public boolean answers(HttpHeaders headers) {
        String type = headers.get(HttpHeaderNames.CONTENT_TYPE);
        if (!Grpc.is(type) || type == null) {
            return false;
        }
        answering = true;
        headers.set(HttpHeaderNames.CONTENT_TYPE,
                TYPE + (writesText ? TEXT : "") + type.substring(Grpc.TYPE.length()));
        headers.remove(HttpHeaderNames.CONTENT_LENGTH);
        HttpHeaders said = new DefaultLastHttpContent().trailingHeaders();
        for (CharSequence name : Grpc.SAID_AT_THE_END) {
            String value = headers.get(name);
            if (value != null) {
                said.set(name, value);
                headers.remove(name);
            }
        }
        early = said;
        return true;
    }

    public boolean isAnswering() {
        return answering;
    }

    public HttpContent encoded(HttpContent part) {
        return writesText && part.content().isReadable()
                ? new DefaultHttpContent(inBase64(part.content()))
                : part;
    }

    /** What follows the last message: the trailers as a frame. */
    public LastHttpContent end(LastHttpContent last) {
        HttpHeaders trailers = last.trailingHeaders();
        if (early != null) {
            trailers = early.add(trailers);
        }
        ByteBuf all = Unpooled.wrappedBuffer(last.content(), frame(trailers));
        return new DefaultLastHttpContent(writesText ? inBase64(all) : all);
    }

    /** An answer that is nothing but a head, and had all that is said at the end. */
    public FullHttpResponse whole(FullHttpResponse head) {
        answers(head.headers());
        LastHttpContent end = end(LastHttpContent.EMPTY_LAST_CONTENT);
        head.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, end.content().readableBytes());
        head.release();
        return new DefaultFullHttpResponse(head.protocolVersion(), head.status(), end.content(),
                head.headers(), head.trailingHeaders());
    }

    private static ByteBuf frame(HttpHeaders trailers) {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, String> each : trailers) {
            text.append(each.getKey().toLowerCase(Locale.ROOT)).append(": ").append(each.getValue())
                    .append("\r\n");
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.ISO_8859_1);
        return Unpooled.buffer(bytes.length + 5).writeByte(TRAILERS).writeInt(bytes.length).writeBytes(bytes);
    }

    /** Padded, wherever the parts were cut: clients have to take them so. */
    private static ByteBuf inBase64(ByteBuf bytes) {
        try {
            return io.netty.handler.codec.base64.Base64.encode(bytes, false);
        } finally {
            bytes.release();
        }
    }
}
