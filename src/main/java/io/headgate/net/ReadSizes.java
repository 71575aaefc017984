package io.headgate.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/** Netty's own sizes for reads, but no larger than {@link Memory} has room for. */
public final class ReadSizes implements RecvByteBufAllocator {

    /** For any number of channels of TCP. */
    public static final ReadSizes WITHIN_MEMORY = new ReadSizes();

    private static final int READS_IN_A_ROW = 16; // as Netty has it

    private final AdaptiveRecvByteBufAllocator netty = new AdaptiveRecvByteBufAllocator();

    private ReadSizes() {
        netty.maxMessagesPerRead(READS_IN_A_ROW);
    }

    @Override
    public ExtendedHandle newHandle() {
        return new Handle((ExtendedHandle) netty.newHandle());
    }

    private record Handle(ExtendedHandle netty) implements ExtendedHandle {

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            return allocator.ioBuffer(Memory.PROCESS.read(netty.guess()));
        }

        @Override
        public int guess() {
            return netty.guess();
        }

        @Override
        public void reset(ChannelConfig config) {
            netty.reset(config);
        }

        @Override
        public void incMessagesRead(int messages) {
            netty.incMessagesRead(messages);
        }

        @Override
        public void lastBytesRead(int bytes) {
            netty.lastBytesRead(bytes);
        }

        @Override
        public int lastBytesRead() {
            return netty.lastBytesRead();
        }

        @Override
        public void attemptedBytesRead(int bytes) {
            netty.attemptedBytesRead(bytes);
        }

        @Override
        public int attemptedBytesRead() {
            return netty.attemptedBytesRead();
        }

        @Override
        public boolean continueReading() {
            return netty.continueReading();
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
            return netty.continueReading(maybeMore);
        }

        @Override
        public void readComplete() {
            netty.readComplete();
        }
    }
}
