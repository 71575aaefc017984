package io.headgate;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class LeakCheckTest {

    @Test
    void aBufferThatNobodyReleasesIsReported() {
        leak();
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            System.gc();
            PooledByteBufAllocator.DEFAULT.directBuffer(16).release();
            assertThat(LeakRecorder.drain()).isNotEmpty();
        });
    }

    private static void leak() {
        PooledByteBufAllocator.DEFAULT.directBuffer(16);
    }
}
