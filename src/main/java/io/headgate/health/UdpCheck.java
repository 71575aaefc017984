package io.headgate.health;

import io.headgate.net.Names;
import io.headgate.net.OnLoop;
import io.headgate.net.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Sends the member a datagram, and passes when one comes back that contains what is expected. The socket is
 * connected, so that no other sender's datagrams get there, and so that a closed port is known at once if the
 * member's system reports it.
 *
 * @param patience how long the socket stays when the check is over: a member that sends more, or is late,
 *            would be told that nobody listens, and some log that or close their own socket
 */
record UdpCheck(Transport transport, Names names, CheckSpec.Udp spec, Duration patience) implements Check {

    /** Longer answers are cut here: the rest is neither read nor searched. */
    static final int LIMIT = 4096;

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the finding tells all
    public Future<?> start(CheckedMember target, EventLoop loop, Promise<Finding> finding) {
        ChannelFuture connecting = new Bootstrap().group(loop).channel(transport.datagram())
                .resolver(names.group())
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(LIMIT))
                .handler(new Answer(finding, spec)).connect(target.socketAddress());
        Channel channel = connecting.channel();
        finding.addListener(found -> {
            if (finding.isSuccess() && channel.isActive()) {
                loop.schedule(() -> close(channel), patience.toNanos(), TimeUnit.NANOSECONDS);
            } else {
                close(channel);
            }
        });
        OnLoop.whenDone(connecting, loop, connected -> {
            if (connected.isSuccess()) {
                channel.writeAndFlush(spec.send().buffer()).addListener(sent -> orFail(sent, finding));
            } else {
                orFail(connected, finding);
            }
        });
        return finding; // the socket stays a while, and must not be mistaken for a check that does not end
    }

    private static void orFail(Future<?> done, Promise<Finding> finding) {
        if (!done.isSuccess()) {
            finding.trySuccess(Finding.failed(done.cause()));
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // nothing follows from it
    private static void close(Channel channel) {
        if (channel.isOpen()) {
            channel.close();
        }
    }

    /** The first answer decides. */
    private static final class Answer extends SimpleChannelInboundHandler<DatagramPacket> {

        private final Promise<Finding> finding;
        private final CheckSpec.Udp spec;

        Answer(Promise<Finding> finding, CheckSpec.Udp spec) {
            this.finding = finding;
            this.spec = spec;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket answer) {
            int length = answer.content().readableBytes();
            Octets expected = spec.expect();
            finding.trySuccess(expected == null || expected.in(answer.content())
                    ? Finding.passed("answered " + length + " bytes")
                    : Finding.failed("answered " + length + " bytes without what is expected"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            finding.trySuccess(Finding.failed(cause));
        }
    }
}
