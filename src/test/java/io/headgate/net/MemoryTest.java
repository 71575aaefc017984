package io.headgate.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Ticker;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryTest {

    private static final long MB = 1024 * 1024;

    private final AtomicLong used = new AtomicLong();
    private long inUse;

    private Memory memory(long megabytes) {
        return new Memory(megabytes * MB, used::get, new HeapUse(85, Ticker.newMockTicker(), () -> {
        }), () -> used.set(inUse));
    }

    @Test
    void whoComesWhileThereIsPlentyMayHaveAllThatIsOfUse() {
        Memory memory = memory(1024);
        assertThat(memory.read(1 << 30)).isEqualTo(Memory.MOST);
        assertThat(memory.isShort()).isFalse();
        assertThat(memory.isSpent()).isFalse();
    }

    /** Each has read as much as may wait, and once more. */
    @ParameterizedTest
    @CsvSource({"64, 2500", "128, 5000", "256, 10000", "179, 9000"})
    void connectionsThatTakeAllTheyMayLeaveRoomForOthers(long megabytes, int connections) {
        Memory memory = memory(megabytes);
        for (int i = 0; i < connections; i++) {
            memory.look();
            int waiting = memory.share();
            used.addAndGet(waiting + memory.read(Memory.MOST));
            assertThat(memory.isSpent()).as("after %d connections", i).isFalse();
        }
        assertThat(used).hasValueLessThan(megabytes * MB);
    }

    @Test
    void whenNextToNothingIsLeftNoMoreWorkIsTakenUntilSomeIsFree() {
        Memory memory = memory(64);
        used.set(61 * MB);
        assertThat(memory.read(Memory.MOST)).isEqualTo(Memory.LEAST);
        assertThat(memory.isShort()).isTrue();
        assertThat(memory.isSpent()).isTrue();
        used.set(MB);
        memory.look();
        assertThat(memory.isShort()).isFalse();
        assertThat(memory.isSpent()).isFalse();
    }

    @Test
    void whatIsOnlyKeptAfterAPeakIsGivenBack() {
        Memory memory = memory(64);
        used.set(61 * MB);
        inUse = 61 * MB;
        memory.tend();
        assertThat(memory.isSpent()).isTrue();
        inUse = MB;
        memory.tend();
        assertThat(memory.isSpent()).isFalse();
        assertThat(memory.used()).isEqualTo(MB);
    }

    @Test
    void noMoreWaitsForAPeerThanItsShareAndTheChannelSaysSo() {
        Memory memory = memory(64);
        EmbeddedChannel peer = new EmbeddedChannel();
        peer.write(Unpooled.wrappedBuffer(new byte[3 * Memory.LEAST]));
        assertThat(memory.isWritable(peer)).isTrue();
        used.set(61 * MB);
        memory.look();
        memory.isWritable(peer);
        peer.write(Unpooled.wrappedBuffer(new byte[1]));
        assertThat(peer.isWritable()).isFalse();
        peer.flush();
        assertThat(memory.isWritable(peer)).isTrue();
        used.set(0);
        memory.look();
        memory.isWritable(peer);
        assertThat(peer.config().getWriteBufferHighWaterMark()).isEqualTo(8 * 1024);
        peer.finishAndReleaseAll();
    }

    @Test
    void aHeapThatIsFullAfterACollectionTakesNoMore() {
        Memory memory = memory(64);
        memory.heap(84);
        assertThat(memory.isHeapFull()).isFalse();
        memory.heap(85);
        assertThat(memory.isHeapFull()).isTrue();
        assertThat(memory.isSpent()).isFalse();
        memory.heap(92);
        assertThat(memory.isSpent()).isTrue();
    }
}
