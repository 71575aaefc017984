package io.headgate.l7.gateway;

import io.headgate.l7.KeptBodies;
import io.headgate.net.Memory;
import io.headgate.pool.Reason;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.NettyDataBuffer;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * A body on its way through Spring Cloud Gateway. Only as much is under way as keeps the receiver's socket
 * busy. Reactor Netty asks for 128 parts ahead (a megabyte, at 8 KB each) and holds all of them while the
 * receiver accepts nothing. Here, the next part is asked for when the parts before it have been released.
 *
 * <p>
 * A filter that asks for everything at once keeps the whole body, which has a limit ({@link KeptBodies}).
 */
final class PacedBody implements CoreSubscriber<DataBuffer>, Subscription {

    /** When so many bytes are under way, no more are asked for. */
    private static final int ENOUGH = 32 * 1024;

    private final CoreSubscriber<? super DataBuffer> receiver;
    private final KeptBodies.@Nullable Share share;
    private final Executor loop;
    private final AtomicLong wanted = new AtomicLong();
    private final AtomicLong underWay = new AtomicLong();
    private final AtomicInteger busy = new AtomicInteger();
    private volatile @Nullable Subscription source;
    private volatile boolean asked;
    private volatile boolean everything;
    private boolean refused;

    private PacedBody(CoreSubscriber<? super DataBuffer> receiver, KeptBodies.@Nullable Share share,
            Executor loop) {
        this.receiver = receiver;
        this.share = share;
        this.loop = loop;
    }

    /**
     * Paces a body.
     *
     * @param share where it may be kept, null where it is an answer's: those are only passed on
     * @param loop of the client's connection
     */
    static Flux<DataBuffer> of(Flux<DataBuffer> body, KeptBodies.@Nullable Share share, Executor loop) {
        return body.transform(Operators.<DataBuffer, DataBuffer>liftPublisher(
                (publisher, receiver) -> new PacedBody(receiver, share, loop)));
    }

    @Override
    public Context currentContext() {
        return receiver.currentContext();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        source = subscription;
        receiver.onSubscribe(this);
    }

    @Override
    public void request(long parts) {
        if (parts == Long.MAX_VALUE) {
            everything = true;
            source().request(parts);
        } else {
            wanted.getAndAccumulate(parts, Operators::addCap);
            ask();
        }
    }

    private Subscription source() {
        Subscription from = source;
        if (from == null) {
            throw new IllegalStateException("not subscribed yet");
        }
        return from;
    }

    /** Asks for one part if one is wanted and there is room for it. One thread at a time. */
    private void ask() {
        if (busy.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        do {
            while (!asked && wanted.get() > 0 && underWay.get() < Math.min(ENOUGH, Memory.PROCESS.share())) {
                asked = true;
                wanted.decrementAndGet();
                source().request(1);
            }
            missed = busy.addAndGet(-missed);
        } while (missed != 0);
    }

    @Override
    public void onNext(DataBuffer part) {
        if (!everything) {
            asked = false;
            receiver.onNext(lent(part));
            ask();
        } else if (refused) {
            DataBufferUtils.release(part);
        } else {
            keep(part);
        }
    }

    private DataBuffer lent(DataBuffer part) {
        if (!(part instanceof NettyDataBuffer buffer)) {
            return part;
        }
        ByteBuf bytes = new LentBytes(buffer.getNativeBuffer(), this::returned);
        underWay.addAndGet(bytes.readableBytes());
        return buffer.factory().wrap(bytes);
    }

    /**
     * Asks later and not in this call, because bytes may be released in the middle of a write. A write that
     * re-enters Netty's HTTP/2 flow control makes it forget how much it has sent. It would then send more
     * than the receiver's window allows, and the receiver would end the connection.
     */
    private void returned(int bytes) {
        underWay.addAndGet(-bytes);
        if (!asked && wanted.get() > 0) {
            try {
                loop.execute(this::ask);
            } catch (RejectedExecutionException e) {
                // the loop has ended, and with it the connection
            }
        }
    }

    private void keep(DataBuffer part) {
        Reason none = share == null ? null : share.keepPart(part.readableByteCount());
        if (none == null) {
            receiver.onNext(part);
            return;
        }
        refused = true;
        DataBufferUtils.release(part);
        source().cancel();
        receiver.onError(new Failure(none, null));
    }

    @Override
    public void onError(Throwable error) {
        if (!refused) {
            receiver.onError(error);
        }
    }

    @Override
    public void onComplete() {
        if (!refused) {
            receiver.onComplete();
        }
    }

    @Override
    public void cancel() {
        source().cancel();
    }
}
