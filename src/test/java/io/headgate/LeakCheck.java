package io.headgate;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class after which a buffer was found that nobody released. Registered for all tests. Only
 * after classes that made any: a whole collection takes a second in a process that has run hundreds of tests.
 */
public final class LeakCheck implements AfterAllCallback {

    @Override
    public void afterAll(ExtensionContext context) {
        if (!LeakRecorder.takeWatched()) {
            return;
        }
        System.gc();
        for (int i = 0; i < 8; i++) { // the detector looks for leaks when something is allocated
            ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(16);
            buffer.release();
        }
        LeakRecorder.takeWatched(); // these
        assertThat(LeakRecorder.drain()).as("leaked buffers").isEmpty();
    }
}
