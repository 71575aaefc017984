package io.headgate.net;

import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this process has more work than it can do. Each resource has a soft and a hard mark, and the
 * resource that runs out first decides. The level rises at once, and falls when no mark was reached for a
 * while, so that what was refused does not come back all at the same moment.
 */
public final class Overload {

    /** How much has to be refused. */
    public enum Level {
        NONE,
        SOFT,
        HARD
    }

    /**
     * What may run out.
     *
     * @param name for the log and the meters
     * @param value how much of it is used now
     * @param soft from this value on, the level is soft; 0 for never
     * @param hard from this value on, it is hard; 0 for never
     */
    public record Trigger(String name, LongSupplier value, long soft, long hard) {

        Level level(long now) {
            if (hard > 0 && now >= hard) {
                return Level.HARD;
            }
            return soft > 0 && now >= soft ? Level.SOFT : Level.NONE;
        }
    }

    static final Duration CALM = Duration.ofSeconds(2);
    private static final Duration ROUND = Duration.ofMillis(200);
    private static final Logger LOG = LoggerFactory.getLogger(Overload.class);

    private final List<Trigger> triggers;
    private final Ticker ticker;
    private final AtomicLong rises = new AtomicLong();
    private volatile Level level = Level.NONE;
    /** When a mark of this level was reached last. */
    private long reached;

    public Overload(List<Trigger> triggers, Ticker ticker) {
        this.triggers = List.copyOf(triggers);
        this.ticker = ticker;
    }

    /** Begins to look. */
    public void start(ScheduledExecutorService beside) {
        Future<?> _ = Recurring.every(ROUND, beside, "The look for overload", this::look);
    }

    public Level level() {
        return level;
    }

    /** Whether any mark can be reached that means this level. */
    public boolean mayBe(Level other) {
        return triggers.stream().anyMatch(
                each -> each.hard > 0 || (each.soft > 0 && other != Level.HARD));
    }

    /** How often a mark was reached that was higher than the level until then. */
    public long rises() {
        return rises.get();
    }

    public List<Trigger> triggers() {
        return triggers;
    }

    /** Looks at all, on one thread. */
    void look() {
        long now = ticker.nanoTime();
        Level next = Level.NONE;
        Trigger cause = null;
        long value = 0;
        for (Trigger trigger : triggers) {
            long used = trigger.value.getAsLong();
            if (trigger.level(used).compareTo(next) > 0) {
                next = trigger.level(used);
                cause = trigger;
                value = used;
            }
        }
        Level before = level;
        if (cause != null && next.compareTo(before) > 0) {
            level = next;
            rises.incrementAndGet();
            LOG.warn("Overload is {}: {} is {} (soft mark {}, hard mark {})", next, cause.name, value,
                    cause.soft, cause.hard);
        }
        if (next.compareTo(before) >= 0) {
            reached = now;
        } else if (now - reached >= CALM.toNanos()) {
            level = next;
            reached = now;
            LOG.warn("Overload is {} again", next);
        }
    }
}
