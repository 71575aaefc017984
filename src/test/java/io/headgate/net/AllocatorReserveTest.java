package io.headgate.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class AllocatorReserveTest {

    private static final int MB = 1024 * 1024;

    /** Fails when Netty gives it back by itself: then nothing needs to be done any more. */
    @Test
    void whatLargeReadsHadIsGivenBack() {
        Assumptions.assumeTrue(AllocatorReserve.isKept(), "this heap is so small that Netty keeps nothing");
        AdaptiveByteBufAllocator allocator = new AdaptiveByteBufAllocator(true);
        List<ByteBuf> buffers = new ArrayList<>();
        for (int i = 0; i < 64 * MB / Memory.MOST; i++) {
            buffers.add(allocator.directBuffer(Memory.MOST));
        }
        ByteBuf last = buffers.removeLast();
        buffers.forEach(ByteBuf::release);
        assertThat(allocator.metric().usedDirectMemory()).isGreaterThan(48L * MB);
        AllocatorReserve.giveBack(allocator);
        assertThat(allocator.metric().usedDirectMemory()).isLessThan(16L * MB);
        last.release();
    }
}
