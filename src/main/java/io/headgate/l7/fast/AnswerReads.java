package io.headgate.l7.fast;

import io.headgate.net.ReadSizes;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * Reads from members like any channel, but looks once more into the socket if a small buffer was filled to
 * its last byte. An answer may end exactly there, and an unsolicited one may follow it. The next user of the
 * connection would mistake that one for its own.
 */
@SuppressWarnings("deprecation") // of a handle that is not an extended one, in Netty's signatures
final class AnswerReads implements RecvByteBufAllocator {

    /** Bytes. Larger ones would bring more than the client takes; see {@link #isOpen}. */
    private static final int SMALL = 16 * 1024;

    private static final int LOOKS = 2;

    /** Whether the last read was full, so that it is unknown whether there is more. */
    static boolean isOpen(RecvByteBufAllocator.Handle reads) {
        return reads.lastBytesRead() > 0 && reads.lastBytesRead() == reads.attemptedBytesRead();
    }

    @Override
    public Handle newHandle() {
        return new Reads(ReadSizes.WITHIN_MEMORY.newHandle());
    }

    private static final class Reads extends DelegatingHandle implements ExtendedHandle {

        private final ExtendedHandle sizes;
        private int looks;

        Reads(ExtendedHandle sizes) {
            super(sizes);
            this.sizes = sizes;
        }

        @Override
        public boolean continueReading() {
            return sizes.continueReading() || looksAgain();
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
            return sizes.continueReading(maybeMore) || looksAgain();
        }

        @Override
        public void reset(ChannelConfig config) {
            looks = 0;
            sizes.reset(config);
        }

        /** A few times only: with little memory every read of a large answer is small and full. */
        private boolean looksAgain() {
            return attemptedBytesRead() <= SMALL && isOpen(this) && looks++ < LOOKS;
        }
    }
}
