package io.headgate.l7.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.l7.KeptBodies;
import io.headgate.pool.Reason;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

class PacedBodyTest {

    private static final int PART = 8 * 1024;

    private final NettyDataBufferFactory buffers = new NettyDataBufferFactory(
            UnpooledByteBufAllocator.DEFAULT);
    private final AtomicLong made = new AtomicLong();
    private final Queue<DataBuffer> held = new ArrayDeque<>();
    private final List<Throwable> errors = new ArrayList<>();
    private boolean complete;

    private Flux<DataBuffer> body(int parts) {
        return body(parts, PART);
    }

    private Flux<DataBuffer> body(int parts, int size) {
        return Flux.range(0, parts).map(i -> {
            made.incrementAndGet();
            return buffers.allocateBuffer(size).write(new byte[size]);
        });
    }

    private final class Receiver extends BaseSubscriber<DataBuffer> {

        private final long ahead;

        Receiver(long ahead) {
            this.ahead = ahead;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            request(ahead);
        }

        @Override
        protected void hookOnNext(DataBuffer part) {
            held.add(part);
        }

        @Override
        protected void hookOnComplete() {
            complete = true;
        }

        @Override
        protected void hookOnError(Throwable error) {
            errors.add(error);
        }
    }

    @Test
    void noMoreComesThanTheReceiverReleases() {
        Receiver receiver = new Receiver(128);
        PacedBody.of(body(1000), null, Runnable::run).subscribe(receiver);
        assertThat(made).hasValue(4);
        int released = 0;
        while (!held.isEmpty()) {
            assertThat(held).hasSizeLessThanOrEqualTo(4);
            DataBufferUtils.release(held.remove());
            released++;
        }
        assertThat(released).isEqualTo(128);
        receiver.request(2000);
        while (!held.isEmpty()) {
            DataBufferUtils.release(held.remove());
            released++;
        }
        assertThat(released).isEqualTo(1000);
        assertThat(complete).isTrue();
    }

    @Test
    void whoAsksForEverythingGetsAsMuchAsMayBeKept() {
        KeptBodies.Share share = new KeptBodies(10 * PART, Long.MAX_VALUE).new Share();
        PacedBody.of(body(10), share, Runnable::run).subscribe(new Receiver(Long.MAX_VALUE));
        assertThat(complete).isTrue();
        assertThat(held).hasSize(10);
        PacedBody.of(body(1), share, Runnable::run).subscribe(new Receiver(Long.MAX_VALUE));
        assertThat(errors).singleElement().isInstanceOfSatisfying(Failure.class,
                failure -> assertThat(failure.why()).isEqualTo(Reason.BODY_TOO_LARGE));
        held.forEach(DataBufferUtils::release);
    }

    /** Each byte is an object then, which takes much more. */
    @Test
    void aBodyThatComesByteByByteIsNoWayAroundTheMemoryForAll() {
        KeptBodies bodies = new KeptBodies(20_000, 100_000);
        KeptBodies.Share share = bodies.new Share();
        PacedBody.of(body(10_000, 1), share, Runnable::run).subscribe(new Receiver(Long.MAX_VALUE));
        assertThat(errors).singleElement().isInstanceOfSatisfying(Failure.class,
                failure -> assertThat(failure.why()).isEqualTo(Reason.MEMORY_SHORT));
        assertThat(held.size()).isLessThan(1_000);
        held.forEach(DataBufferUtils::release);
        held.clear();
        share.giveBack();
        assertThat(bodies.now()).isZero();
        PacedBody.of(body(10, 1_000), bodies.new Share(), Runnable::run)
                .subscribe(new Receiver(Long.MAX_VALUE));
        assertThat(complete).isTrue();
        assertThat(bodies.now()).isEqualTo(10_000);
        held.forEach(DataBufferUtils::release);
    }
}
