package io.headgate.l7.fast;

import io.headgate.net.HeadLimits;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.CombinedChannelDuplexHandler;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpStatusClass;

/**
 * HTTP/1.1 with a member, one request at a time. Netty's own codec keeps to itself what a member has sent of
 * a message that nobody asked for, and would put the next answer behind it; this one tells.
 */
final class MemberCodec extends CombinedChannelDuplexHandler<MemberCodec.Answers, HttpRequestEncoder> {

    MemberCodec() {
        super(new Answers(), new HttpRequestEncoder());
    }

    /** A request goes out; what comes from now on is its answer. */
    void asks(HttpMethod method) {
        inboundHandler().toHead = method.equals(HttpMethod.HEAD);
        inboundHandler().heard = false;
    }

    /** The answer is complete; what comes from now on is nobody's. */
    void answered() {
        inboundHandler().begun = false;
    }

    /** Whether anything has come since the request went out. */
    boolean isHeard() {
        return inboundHandler().heard;
    }

    /** Whether nothing has come behind the answer. */
    boolean isClean() {
        return inboundHandler().isClean();
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
