package io.headgate.l4.kernel;

import io.headgate.l4.Engine;
import io.headgate.l4.Listener;
import io.headgate.net.Recurring;
import io.headgate.pool.Pool;
import io.netty.util.concurrent.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the kernel's rules what the listeners and pools want, on the engine's thread, one transaction at a
 * time: what changes meanwhile is part of the next. A transaction that fails leaves the last rules in force
 * and is tried again.
 */
final class RuleSync {

    private static final Logger log = LoggerFactory.getLogger("headgate.kernel");

    /** How long rules that another process has left stay as they are, while members have no verdict. */
    private static final Duration TAKEOVER = Duration.ofSeconds(10);
    private static final long RETRY_MILLIS = 1000;
    private static final Duration LOOK = Duration.ofSeconds(2);

    private final ScheduledExecutorService thread;
    private final Listening listening;
    private final Rules rules;
    private final Served served;
    private final Cuts cuts;
    private final Outcomes outcomes;
    private final Ticker ticker;
    private final long started;
    private final AtomicBoolean due = new AtomicBoolean();
    private volatile boolean owner;
    /** False until it is known what listens: without that, rules that were left would be taken for strays. */
    private volatile boolean begun;
    private volatile boolean stopped;
    private volatile boolean forwardsIpv4;
    private volatile boolean forwardsIpv6;
    private volatile @Nullable String trouble;

    RuleSync(ScheduledExecutorService thread, Listening listening, Rules rules, Served served, Cuts cuts,
            Ticker ticker) {
        this.thread = thread;
        this.listening = listening;
        this.rules = rules;
        this.served = served;
        this.cuts = cuts;
        this.outcomes = new Outcomes(listening, served);
        this.ticker = ticker;
        this.started = ticker.nanoTime();
    }

    /** The table is this process's to change. */
    void own() {
        owner = true;
        thread.execute(this::skipWhatIsTold);
        Future<?> _ = Recurring.every(LOOK, thread, "The look at the kernel's counters", this::look);
    }

    private void skipWhatIsTold() {
        try {
            if (rules.areThere()) {
                outcomes.skip(rules.nft().counters());
            }
        } catch (IOException e) {
            log.debug("Counters that another process has left cannot be read", e);
        }
    }

    /** Whether the machine forwards packets of each IP version; a service in another is not led. */
    void forwards(boolean ipv4, boolean ipv6) {
        forwardsIpv4 = ipv4;
        forwardsIpv6 = ipv6;
    }

    /** It is known what listens. */
    void begin() {
        begun = true;
        changed();
    }

    /** Makes no more changes. */
    void stop() {
        stopped = true;
    }

    /** Why the rules are not as they should be; null if they are. */
    @Nullable
    String trouble() {
        return trouble;
    }

    /** Something has changed: the rules follow soon. Never blocks. */
    void changed() {
        if (owner && begun && !stopped && due.compareAndSet(false, true)) {
            thread.execute(this::follow);
        }
    }

    private void follow() {
        due.set(false); // before it looks: what changes from here on is for the next
        if (stopped) {
            return;
        }
        try {
            List<Service> next = wanted();
            rules.become(next); // which may fail: then nothing is noted, and it is tried again
            List<Service> gone = served.become(next);
            if (trouble != null) {
                log.info("The kernel's rules are in order again");
            }
            trouble = null;
            gone.forEach(service -> cuts.cutService(service, listening.drainTime(service)));
        } catch (IOException | RuntimeException | Error e) {
            if (stopped) {
                return; // interrupted by it
            }
            if (trouble == null) {
                log.error("The kernel's rules cannot be changed; the last ones stay in force", e);
            }
            trouble = String.valueOf(e.getMessage());
            again();
        }
    }

    private void again() {
        thread.schedule(this::changed, RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private List<Service> wanted() throws IOException {
        List<Service> all = new ArrayList<>();
        for (Listener listener : listening.all()) {
            Pool pool = listening.pool(listener);
            if (pool == null) {
                expectPool(listener);
                continue;
            }
            if (!isUndecided(pool)) {
                all.addAll(Services.of(listener, pool, false));
                continue;
            }
            for (Service left : Services.of(listener, pool, true)) {
                if (rules.hasLeft(left)) {
                    all.add(left);
                    again();
                } else {
                    Services.of(listener, pool, false).stream().filter(s -> s.ipv6() == left.ipv6())
                            .forEach(all::add);
                }
            }
        }
        all.removeIf(service -> !(service.ipv6() ? forwardsIpv6 : forwardsIpv4));
        return all;
    }

    /** A new pool's members are told of before the pool can be found: nobody would tell of it again. */
    private void expectPool(Listener listener) {
        if (listener.spec().engine() instanceof Engine.Kernel) {
            again();
        }
    }

    /** Whether its members may only not be known yet, in the first seconds. */
    private boolean isUndecided(Pool pool) {
        return ticker.nanoTime() - started < TAKEOVER.toNanos()
                && (pool.members().isEmpty() || !pool.settled());
    }

    /** Reads the counters, and makes the rules anew if somebody else has removed them. */
    private void look() {
        if (stopped || served.services().isEmpty()) {
            return;
        }
        try {
            served.count(rules.nft(), ticker.nanoTime());
            outcomes.tell();
            if (served.isComplete()) {
                return;
            }
            log.warn("Somebody has removed the kernel's table {}: it is made again", rules.table());
        } catch (IOException e) {
            log.warn("The kernel's table {} is gone ({}): it is made again", rules.table(), e.getMessage());
        }
        rules.forget();
        changed();
    }
}
