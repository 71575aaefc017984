package io.headgate.l7.client;

import io.headgate.pool.Reason;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.IOException;

/**
 * Stands last on an HTTP/2 connection, whose client Netty has told by then what it did wrong, if it is still
 * there: neither is worth a line in the log.
 */
@Sharable
final class Http2Errors extends ChannelInboundHandlerAdapter {

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof Http2Exception broken && !Http2Exception.isStreamError(broken)) {
            Refused.because(context.channel(), Reason.BAD_REQUEST); // it is we who end it, and all its
                                                                    // streams
        }
        if (!(cause instanceof Http2Exception || cause instanceof IOException)) {
            context.fireExceptionCaught(cause);
        }
    }
}
