package io.headgate.l7.fast;

import io.headgate.l7.port.Lingering;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;

/** Writes to a member's connection that has left HTTP: bytes go past the codec. */
@SuppressWarnings("FutureReturnValueIgnored") // channelInactive tells what any of them could
final class RawUpstream {

    private final ChannelHandlerContext codec;

    RawUpstream(ChannelHandlerContext codec) {
        this.codec = codec;
    }

    void write(ByteBuf bytes) {
        codec.write(bytes, codec.voidPromise());
    }

    /** Ends the sending alone, once the member has taken all of it; what the member sends is still read. */
    void endOutput() {
        codec.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> {
            if (!sent.isSuccess()) {
                codec.close();
            } else {
                Lingering.endOutput(codec.channel());
            }
        });
    }

    /**
     * Ends the sending when the member has taken all of it. A plain close would make a reset of what the
     * member has sent and nobody has read, which discards what is on its way.
     */
    void finish() {
        codec.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> {
            if (sent.isSuccess()) {
                Lingering.close(codec);
            } else {
                codec.close();
            }
        });
    }
}
