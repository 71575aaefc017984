package io.headgate.health;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Promise;

/** An exception on the connection is the check's finding. */
final class LastResort extends ChannelInboundHandlerAdapter {

    private final Promise<Finding> finding;

    LastResort(Promise<Finding> finding) {
        this.finding = finding;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        finding.trySuccess(Finding.failed(cause));
    }
}
