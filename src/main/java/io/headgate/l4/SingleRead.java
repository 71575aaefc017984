package io.headgate.l4;

import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * Gives one channel its buffers to read into, and lets it read once each time that a read is asked for. It is
 * its own handle, so that a channel needs no more than one object for it.
 */
abstract class SingleRead implements RecvByteBufAllocator, RecvByteBufAllocator.ExtendedHandle {

    private int attempted;
    private int last;

    @Override
    public final ExtendedHandle newHandle() {
        return this;
    }

    @Override
    public final void reset(ChannelConfig config) {
    }

    @Override
    public final void incMessagesRead(int messages) {
    }

    @Override
    public void lastBytesRead(int bytes) {
        last = bytes;
    }

    @Override
    public final int lastBytesRead() {
        return last;
    }

    @Override
    public final void attemptedBytesRead(int bytes) {
        attempted = bytes;
    }

    @Override
    public final int attemptedBytesRead() {
        return attempted;
    }

    @Override
    public final boolean continueReading() {
        return false;
    }

    @Override
    public final boolean continueReading(UncheckedBooleanSupplier maybeMore) {
        return false;
    }

    @Override
    public final void readComplete() {
    }
}
