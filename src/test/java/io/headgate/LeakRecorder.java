package io.headgate;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakTracker;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Netty's leak detector for the test run: it remembers every leak, so that {@link LeakCheck} can fail the
 * test that follows.
 */
public final class LeakRecorder<T> extends ResourceLeakDetector<T> {

    private static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();

    /** Whether anything that can leak was made since the last look. */
    private static volatile boolean watched;

    public LeakRecorder(Class<?> resourceType, int samplingInterval) {
        super(resourceType, samplingInterval);
    }

    @SuppressWarnings("unused") // Netty looks for both constructors
    public LeakRecorder(Class<?> resourceType, int samplingInterval, long maxActive) {
        super(resourceType, samplingInterval);
    }

    @Override
    public @Nullable ResourceLeakTracker<T> track(T object) {
        watched();
        return super.track(object);
    }

    @Override
    public @Nullable ResourceLeakTracker<T> trackForcibly(T object) {
        watched();
        return super.trackForcibly(object);
    }

    private static void watched() {
        if (!watched) { // most calls only read
            watched = true;
        }
    }

    /** Whether anything that can leak was made since the last call. */
    static boolean takeWatched() {
        boolean was = watched;
        watched = false;
        return was;
    }

    @Override
    protected void reportTracedLeak(String resourceType, String records) {
        super.reportTracedLeak(resourceType, records);
        LEAKS.add(resourceType + records);
    }

    @Override
    protected void reportUntracedLeak(String resourceType) {
        super.reportUntracedLeak(resourceType);
        LEAKS.add(resourceType);
    }

    /** What has leaked since the last call. */
    static List<String> drain() {
        List<String> drained = new ArrayList<>();
        for (String leak = LEAKS.poll(); leak != null; leak = LEAKS.poll()) {
            drained.add(leak);
        }
        return drained;
    }
}
