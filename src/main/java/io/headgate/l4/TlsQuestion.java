package io.headgate.l4;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;

/**
 * Asks a PostgreSQL member whether TLS may begin. Only the one byte of its answer may come before TLS:
 * somebody on the way could have inserted anything else.
 */
final class TlsQuestion extends ChannelInboundHandlerAdapter {

    /** Gets the answer, exactly once, on the channel's loop. */
    @FunctionalInterface
    interface Answered {
        /**
         * The member has answered, or has ended the connection.
         *
         * @param willing whether TLS may begin
         */
        void with(boolean willing);
    }

    private final Intake reads;
    private final Answered answered;
    private int bytes;
    private byte answer;
    private boolean done;

    private TlsQuestion(Intake reads, Answered answered) {
        this.reads = reads;
        this.answered = answered;
    }

    static void ask(DuplexChannel member, Intake reads, Answered answered) {
        member.pipeline().addLast(new TlsQuestion(reads, answered));
        ChannelFuture _ = member.writeAndFlush(SslRequest.question(), member.voidPromise());
        reads.allow(1);
        member.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf content = (ByteBuf) message;
        bytes += content.readableBytes();
        if (content.isReadable()) {
            answer = content.readByte();
        }
        content.release();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (bytes > 0) {
            done(ctx, bytes == 1 && answer == SslRequest.YES);
        } else if (!done) {
            ctx.channel().read();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        Sockets.stopReading((DuplexChannel) ctx.channel()); // its end is all that it can be
        done(ctx, false);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        done(ctx, false);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        done(ctx, false);
    }

    private void done(ChannelHandlerContext ctx, boolean willing) {
        if (!done) {
            done = true;
            reads.allow(0);
            if (willing) {
                ctx.pipeline().remove(this);
            }
            answered.with(willing);
        }
    }
}
