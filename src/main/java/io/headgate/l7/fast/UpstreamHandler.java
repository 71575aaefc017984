package io.headgate.l7.fast;

import io.headgate.net.Memory;
import io.headgate.pool.Address;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/** What both kinds of {@link Upstream} are: the last handler of a channel, whose events it tells its user. */
abstract class UpstreamHandler extends ChannelInboundHandlerAdapter implements Upstream {

    final Worker worker;
    private final UpstreamTarget target;
    private @Nullable ChannelHandlerContext context;

    UpstreamHandler(Worker worker, UpstreamTarget target) {
        this.worker = worker;
        this.target = target;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    final ChannelHandlerContext context() {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            throw new IllegalStateException("not in a pipeline yet");
        }
        return ctx;
    }

    final Channel channel() {
        return context().channel();
    }

    public final UpstreamTarget target() {
        return target;
    }

    @Override
    public final Object key() {
        return target.key();
    }

    @Override
    public final Address address() {
        return target.address();
    }

    @Override
    public final AsciiString authority() {
        return target.authority();
    }

    final boolean isOpen() {
        return channel().isActive();
    }

    @Override
    public final boolean isWritable() {
        return Memory.PROCESS.isWritable(channel());
    }

    @Override
    public final long unsent() {
        return channel().bytesBeforeWritable();
    }

    @Override
    public void read() {
        context().read();
    }
}
