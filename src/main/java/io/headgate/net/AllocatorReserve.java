package io.headgate.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;

/**
 * What Netty's allocator keeps of the memory that was in use once, so as to have it at hand. With more than
 * 512 MB of heap, it keeps all that buffers of more than 16 KB ever had, and looks for what it could give
 * back only when a chunk of those is used up. When memory has become scarce, reads are smaller than that: it
 * would stay scarce for ever.
 */
final class AllocatorReserve {

    /** With less heap, Netty keeps nothing worth mentioning. */
    private static final long FROM_HEAP = 512L * 1024 * 1024;
    /** More than a chunk, which has eight buffers of the largest size that was asked for. */
    private static final int BUFFERS = 20;

    private AllocatorReserve() {
    }

    static boolean isKept() {
        return Runtime.getRuntime().maxMemory() > FROM_HEAP;
    }

    /** Uses a chunk up, for a moment. */
    static void giveBack(ByteBufAllocator allocator) {
        List<ByteBuf> buffers = new ArrayList<>(BUFFERS);
        try {
            for (int i = 0; i < BUFFERS; i++) {
                buffers.add(allocator.directBuffer(Memory.MOST));
            }
        } catch (OutOfMemoryError e) {
            // of buffers: there is nothing to give back then
        } finally {
            buffers.forEach(ByteBuf::release);
        }
    }
}
