package io.headgate.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.pollinterval.FixedPollInterval;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Looks at what is awaited sooner than Awaitility does by itself: most conditions hold within milliseconds,
 * and its 100 ms before the first look, thousands of times, would be minutes. Registered for all tests.
 */
public final class QuickAwaits implements BeforeAllCallback {

    private static final Duration FIRST = Duration.ofMillis(5);
    private static final Duration LONGEST = Duration.ofMillis(100);

    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultPollInterval(new Growing());
        Awaitility.ignoreExceptionsByDefault(); // a file that is not there yet, for example
    }

    /** Doubles up to what is usual. As a fixed interval it is waited for before the first look, too. */
    private static final class Growing extends FixedPollInterval {

        Growing() {
            super(FIRST);
        }

        @Override
        public Duration next(int count, Duration previous) {
            Duration next = count <= 1 ? FIRST : previous.multipliedBy(2);
            return next.compareTo(LONGEST) < 0 ? next : LONGEST;
        }
    }
}
