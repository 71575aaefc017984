package io.headgate.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory that Netty's allocator keeps for later use. With more than 512 MB of heap, it keeps everything
 * that buffers above 16 KB have ever used. It looks for memory to return only when a chunk of such buffers is
 * used up. But when memory is scarce, reads are smaller than that, so memory would stay scarce for ever.
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

    /** Makes the allocator return memory, by using up a chunk for a moment. */
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
