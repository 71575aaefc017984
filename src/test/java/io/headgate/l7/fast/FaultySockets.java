package io.headgate.l7.fast;

import io.headgate.net.Transport;
import io.headgate.pool.RandomSource;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Sockets to members that fail at each point where one can, and a source of picks that throws, each as often
 * as a seed says. Belongs to one event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // failures are the point
final class FaultySockets implements ChannelFactory<SocketChannel>, RandomSource {

    private final ChannelFactory<? extends SocketChannel> sockets = Transport.best().sockets();
    private final Random random;

    FaultySockets(long seed) {
        random = new Random(seed);
    }

    @Override
    public SocketChannel newChannel() {
        int what = random.nextInt(100);
        if (what < 15) { // as where socket() fails
            throw new ChannelException("Unable to create Channel", new IOException("Too many open files"));
        }
        SocketChannel channel = sockets.newChannel();
        spoil(channel.pipeline(), what, random);
        return channel;
    }

    /**
     * Gives a connection that is still to be made a fault, or none.
     *
     * @param what of 100
     */
    static void spoil(ChannelPipeline pipeline, int what, Random random) {
        if (what < 30) {
            pipeline.addFirst(new Dialling(random.nextInt(6)));
        } else if (what < 60) {
            pipeline.addFirst(new Bytes(random.nextInt(4), 1 + random.nextInt(20)));
        }
    }

    @Override
    public int below(int bound) {
        if (random.nextInt(500) == 0) {
            throw new IllegalStateException("a pick that fails on purpose");
        }
        return random.nextInt(bound);
    }

    /** Connecting fails, in six ways. */
    private static final class Dialling extends ChannelOutboundHandlerAdapter {

        private final int way;

        Dialling(int way) {
            this.way = way;
        }

        @Override
        public void connect(ChannelHandlerContext ctx, SocketAddress to, SocketAddress from,
                ChannelPromise promise) {
            switch (way) {
                case 0 -> promise.setFailure(new BindException("Cannot assign requested address"));
                case 1 -> throw new IllegalStateException("a connect that throws on purpose");
                case 2 ->
                    ctx.executor().schedule(() -> promise.tryFailure(new ConnectException("refused")), 1,
                            TimeUnit.MILLISECONDS);
                case 3 -> {
                    ctx.close();
                    ctx.connect(to, from, promise);
                }
                case 4 -> {
                    promise.addListener(connected -> ctx.close());
                    ctx.connect(to, from, promise);
                }
                default -> new Thread(() -> promise.tryFailure(new ConnectException("elsewhere"))).start();
            }
        }
    }

    /** The first requests go well; then something breaks. */
    private static final class Bytes extends ChannelDuplexHandler {

        private final int way;
        private int left;

        Bytes(int way, int left) {
            this.way = way;
            this.left = left;
        }

        /** Stands between the codec and its user, too, where an encoder's failure is to be seen. */
        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            if (way == 0) {
                ctx.pipeline().addLast(new ChannelOutboundHandlerAdapter() {

                    @Override
                    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
                        if (--left < 0) {
                            ReferenceCountUtil.release(message);
                            throw new IllegalStateException("an encoder that throws on purpose");
                        }
                        ctx.write(message, promise);
                    }
                });
            }
            ctx.fireChannelActive();
        }

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            if (way == 1 && --left < 0) {
                ReferenceCountUtil.release(message);
                promise.tryFailure(new IOException("a write that fails on purpose"));
                ctx.fireExceptionCaught(new IOException("a write that fails on purpose"));
            } else {
                ctx.write(message, promise);
            }
        }

        @Override
        public void flush(ChannelHandlerContext ctx) {
            if (way == 2 && --left < 0) {
                ctx.close();
            }
            ctx.flush();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (way == 3 && --left < 0) {
                ReferenceCountUtil.release(message);
                throw new IllegalStateException("a decoder that throws on purpose");
            }
            ctx.fireChannelRead(message);
        }
    }
}
