package io.headgate.l7.fast;

import io.headgate.net.HeadLimits;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.CombinedChannelDuplexHandler;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 with a member, one request at a time. Netty's own codec silently keeps the beginning of an
 * unsolicited message from a member, and would append the next answer to it; this one reports it. It also
 * knows whose request it has encoded, and whether the request was encoded completely.
 */
final class MemberCodec extends CombinedChannelDuplexHandler<MemberCodec.Answers, MemberCodec.Requests> {

    private @Nullable Object asker;

    MemberCodec() {
        super(new Answers(), new Requests());
    }

    /** Somebody has it whose request has not gone out yet. */
    void serves() {
        inboundHandler().heard = false;
    }

    /** A request of this one goes out; what comes from now on is its answer. */
    void asks(HttpMethod method, @Nullable Object whose) {
        asker = whose;
        inboundHandler().toHead = method.equals(HttpMethod.HEAD);
        inboundHandler().heard = false;
    }

    /** Whose request went out last, until its answer is complete. */
    @Nullable
    Object asker() {
        return asker;
    }

    /** The answer is complete; what comes from now on is nobody's. */
    void answered() {
        asker = null;
        inboundHandler().begun = false;
    }

    /** Whether anything has come since the request went out. */
    boolean isHeard() {
        return inboundHandler().heard;
    }

    /** Whether no request is half encoded, no answer owed, and nothing has come behind the last one. */
    boolean isAtRest() {
        return asker == null && outboundHandler().atRest && inboundHandler().isClean();
    }

    @Override
    public String toString() {
        return "codec[" + (outboundHandler().atRest ? "" : "request not whole ")
                + (asker == null ? "" : "answer owed ") + (inboundHandler().isClean() ? "" : "bytes unasked")
                + "]";
    }

    /** Knows whether what it has encoded ends with a whole request. */
    static final class Requests extends HttpRequestEncoder {

        private boolean atRest = true;

        @Override
        protected void encode(ChannelHandlerContext ctx, Object message, List<Object> out) throws Exception {
            boolean whole = message instanceof LastHttpContent;
            if (whole || message instanceof HttpRequest) {
                atRest = false; // for good if encoding fails
            }
            super.encode(ctx, message, out);
            if (whole) {
                atRest = true;
            }
        }
    }

    static final class Answers extends HttpResponseDecoder {

        private boolean toHead;
        private boolean heard;
        /** Whether a status line was read since the last answer. */
        private boolean begun;

        private Answers() {
            super(new HttpDecoderConfig().setMaxInitialLineLength(HeadLimits.LINE)
                    .setMaxHeaderSize(HeadLimits.HEADERS)
                    .setMaxChunkSize(Integer.MAX_VALUE).setAllowPartialChunks(true));
        }

        private boolean isClean() {
            return !begun && actualReadableBytes() == 0;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object bytes) throws Exception {
            heard = true;
            super.channelRead(ctx, bytes);
        }

        @Override
        protected HttpMessage createMessage(String[] initialLine) {
            begun = true;
            return super.createMessage(initialLine);
        }

        @Override
        protected boolean isContentAlwaysEmpty(HttpMessage message) {
            return super.isContentAlwaysEmpty(message) || (toHead && message instanceof HttpResponse answer
                    && answer.status().codeClass() != HttpStatusClass.INFORMATIONAL);
        }
    }
}
