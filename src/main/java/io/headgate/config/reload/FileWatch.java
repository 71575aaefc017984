package io.headgate.config.reload;

import io.headgate.config.source.ConfigurationFiles;
import io.headgate.net.Recurring;
import io.headgate.net.TaskThread;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/**
 * Reloads when the files have changed. It reads their contents repeatedly, because no event reliably reports
 * a file that Kubernetes swaps through two symbolic links, or one on a network file system. A change counts
 * when two looks in a row see the same, so that a half-written file is not applied.
 */
public final class FileWatch implements SmartLifecycle {

    private final Reload reload;
    private final Set<Path> more;
    private final Duration interval;
    private @Nullable ScheduledExecutorService thread;
    private Map<Path, String> done = Map.of();
    private Map<Path, String> last = Map.of();

    /**
     * Watches when started.
     *
     * @param more further files to look at, which do not exist yet
     */
    public FileWatch(Reload reload, Set<Path> more, Duration interval) {
        this.reload = reload;
        this.more = more;
        this.interval = interval;
    }

    @Override
    public synchronized void start() {
        done = look();
        last = done;
        ScheduledExecutorService started = new TaskThread("headgate-watch");
        Future<?> _ = Recurring.every(interval, started, "The watch over the configuration's files",
                this::tick);
        thread = started;
    }

    private Map<Path, String> look() {
        Set<Path> files = new LinkedHashSet<>(reload.files());
        files.addAll(more);
        return ConfigurationFiles.contents(files);
    }

    private void tick() {
        Map<Path, String> now = look();
        boolean still = now.equals(last);
        last = now;
        if (still && !now.equals(done)) {
            reload.now();
            done = now;
        }
    }

    @Override
    public synchronized void stop() {
        if (thread != null) {
            thread.shutdown();
            thread = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return thread != null;
    }
}
