package io.headgate.health;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.Socket;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP check on a bare socket, as long as the answer is a {@link PlainAnswer}. For any other, the socket
 * becomes a channel with an {@link HttpAnswer}.
 */
final class HttpProbe extends BareProbe {

    private final CheckSpec.Http spec;
    private final byte[] question;
    private final Duration patience;
    private boolean begun;
    /** Bytes of the answer's body that are still to come. */
    private int left;
    private @Nullable Future<?> closing;

    /**
     * @param patience how long the connection stays only to let the member end its answer
     */
    HttpProbe(IoEventLoop loop, InetSocketAddress address, Promise<Finding> finding, CheckSpec.Http spec,
            byte[] question, Duration patience) {
        super(loop, address, finding);
        this.spec = spec;
        this.question = question;
        this.patience = patience;
    }

    @Override
    void prepare(Socket socket) {
        // one small write needs no option
    }

    @Override
    void connected(Socket socket, ByteBuffer scratch) throws IOException {
        scratch.clear().put(question);
        if (socket.send(scratch, 0, question.length) < question.length) {
            throw new IOException("the request could not be sent at once");
        }
    }

    @Override
    void received(ByteBuffer scratch, int count) {
        if (begun) {
            left -= count;
            if (left <= 0) {
                close();
            }
            return;
        }
        byte[] bytes = new byte[count];
        scratch.get(0, bytes);
        PlainAnswer plain = spec.body() == null
                ? PlainAnswer.read(bytes, count, spec.method().equals("HEAD"))
                : null;
        if (plain == null) {
            handOver(socket -> go(socket, bytes));
        } else {
            begun = true;
            left = plain.left();
            finding().trySuccess(HttpAnswer.judge(spec, plain.code(), plain.line()));
        }
    }

    /** Goes on as a channel. */
    private Future<?> go(int socket, byte[] bytes) {
        EpollSocketChannel channel = new EpollSocketChannel(socket);
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addLast(new HttpAnswer(spec, patience, finding()), new LastResort(finding()));
        EventLoop loop = loop();
        loop.register(channel).addListener(registered -> {
            if (registered.isSuccess()) {
                finding().addListener(found -> channel.close());
                pipeline.fireChannelRead(Unpooled.wrappedBuffer(bytes)).fireChannelReadComplete();
            } else {
                finding().trySuccess(Finding.failed(registered.cause()));
            }
        });
        return channel.closeFuture();
    }

    /** Not in the middle of an answer: the member would see a client that aborts. */
    @Override
    void found() {
        if (begun && left > 0 && closing == null) {
            closing = loop().schedule(this::close, patience.toNanos(), TimeUnit.NANOSECONDS);
        } else {
            close();
        }
    }

    @Override
    void ended() {
        finding().trySuccess(Finding.failed("closed without an answer"));
    }
}
