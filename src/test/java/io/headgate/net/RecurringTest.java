package io.headgate.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.LogLines;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RecurringTest {

    private final AtomicInteger times = new AtomicInteger();

    private void failTwice() {
        switch (times.incrementAndGet()) {
            case 1 -> throw new StackOverflowError();
            case 2 -> throw new IllegalStateException();
            default -> {
            }
        }
    }

    @Test
    void aFailureIsToldOnceAndEndsNothing() {
        try (LogLines log = new LogLines(Recurring.class.getName())) {
            TaskThread thread = new TaskThread("test");
            Future<?> looks = Recurring.every(Duration.ofMillis(1), thread, "The look", this::failTwice);
            await().until(() -> times.get() > 3);
            looks.cancel(false);
            thread.shutdownNow();
            assertThat(log.lines()).containsExactly("The look has failed; it is tried again",
                    "The look works again");
        }
    }

    @Test
    void aThreadTellsWhichOfItsTasksFailed() {
        try (LogLines log = new LogLines(TaskThread.class.getName())) {
            TaskThread thread = new TaskThread("test");
            thread.execute(this::failTwice);
            thread.execute(this::failTwice);
            thread.execute(this::failTwice);
            await().until(() -> thread.getCompletedTaskCount() == 3);
            thread.shutdownNow();
            assertThat(log.lines()).hasSize(2).allMatch(line -> line.contains("thread test"));
        }
    }
}
