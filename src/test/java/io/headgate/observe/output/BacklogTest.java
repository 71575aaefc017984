package io.headgate.observe.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BacklogTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Were its thread to end, nothing would be written until the process ends. */
    @Test
    void anErrorOfTheSinkOrOfTheNoticeLosesWhatItWasAboutAlone() {
        long before = Drops.PRINTED.count();
        Queue<String> written = new ConcurrentLinkedQueue<>();
        AtomicInteger notices = new AtomicInteger();
        Backlog<String> backlog = new Backlog<>("backlog-test", 10, Drops.PRINTED, item -> {
            if (item.startsWith("bad")) {
                throw new NoClassDefFoundError(item);
            }
            written.add(item);
        }, dropped -> {
            notices.incrementAndGet();
            throw new OutOfMemoryError("none left");
        });
        backlog.offer("bad", 10, 1);
        backlog.flush();
        await().atMost(PATIENCE).until(() -> notices.get() >= 1);
        backlog.offer("good", 10, 1); // the weight was given back
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(written).containsExactly("good"));
        backlog.end();
        assertThat(Drops.PRINTED.count()).isGreaterThan(before);
    }
}
