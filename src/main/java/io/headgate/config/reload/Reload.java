package io.headgate.config.reload;

import io.headgate.config.fault.Fault;
import io.headgate.config.fault.InvalidConfigurationException;
import io.headgate.config.plan.Materials;
import io.headgate.config.plan.Plan;
import io.headgate.l4.Listeners;
import io.headgate.l7.port.Port;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.Environment;

/**
 * Reads the configuration again and replaces the one in force, as a whole or not at all. The order of the
 * steps makes it lossless: addresses are bound, new parts are added alongside the old ones and have their
 * first checks, routes and listeners lead to them, and then the old parts are removed.
 */
public final class Reload {

    private static final Logger LOG = LoggerFactory.getLogger("headgate.reload");

    /**
     * How long to wait for the first verdicts of new members; after that, routes lead to them all the same.
     */
    private static final Duration VERDICTS = Duration.ofSeconds(5);

    private final Materials materials;
    private final Rollout rollout;
    private final FirstVerdicts verdicts;
    private final RouteSwap routes;
    private final Port port;
    private final Executor later;
    private final Consumer<ReloadResult> listener;
    private final Candidate started;
    private final AtomicReference<@Nullable CompletableFuture<ReloadResult>> waiting = new AtomicReference<>();
    private volatile Candidate running;
    private volatile Set<Path> files;

    /**
     * Starts from what is in force.
     *
     * @param later runs tasks once requests under way have left the old routes
     * @param listener is notified of each reload
     */
    public Reload(Candidate started, Materials materials, Rollout rollout, FirstVerdicts verdicts,
            RouteSwap routes,
            Port port, Executor later, Consumer<ReloadResult> listener) {
        this.started = started;
        this.running = started;
        this.files = started.files();
        this.materials = materials;
        this.rollout = rollout;
        this.verdicts = verdicts;
        this.routes = routes;
        this.port = port;
        this.later = later;
        this.listener = listener;
    }

    /** What the configuration in force was read from, with the place of each property. */
    public Environment environment() {
        return running.environment();
    }

    /** The files that the configuration in force was read from. */
    Set<Path> files() {
        return files;
    }

    /**
     * Reloads now. Blocks; reloads happen one after the other. A call while another one waits for its turn
     * gets that one's result, because it will read the files after this call.
     */
    public ReloadResult now() {
        CompletableFuture<ReloadResult> mine = new CompletableFuture<>();
        CompletableFuture<ReloadResult> first = waiting.compareAndExchange(null, mine);
        if (first != null) {
            return first.join();
        }
        try {
            mine.complete(turn());
        } catch (Throwable e) {
            mine.completeExceptionally(e);
            throw e;
        }
        return mine.join();
    }

    private synchronized ReloadResult turn() {
        waiting.set(null); // a later caller may have written something that this reload does not see
        ReloadResult result;
        try {
            result = new ReloadResult.Applied(apply(read()));
        } catch (InvalidConfigurationException e) {
            result = new ReloadResult.Refused(e.faults());
        } catch (RuntimeException e) {
            LOG.error("Reload failed", e);
            result = new ReloadResult.Refused(List.of(new Fault("reload", String.valueOf(e.getMessage()),
                    "a configuration that can be applied", "See the log for the cause.", null)));
        }
        tell(result);
        return result;
    }

    private Candidate read() {
        Candidate read = Candidate.read(running, materials);
        return new Candidate(read.environment(), new Transition(running.plan(), read.plan()).reused(),
                read.routes(), read.files(), read.bundles());
    }

    private Changes apply(Candidate next) {
        Changes changes = Changes.between(running, next,
                Restart.neededFor(started.environment(), next.environment()));
        if (!changes.isEmpty()) {
            try {
                roll(next, changes);
            } catch (RuntimeException e) {
                next.bundles().discard();
                throw e;
            }
        }
        next.bundles().apply();
        running = next;
        files = next.files();
        return changes;
    }

    private void roll(Candidate next, Changes changes) {
        Plan before = running.plan();
        Transition transition = new Transition(before, next.plan());
        Listeners.Change listeners = rollout.bind(next.plan());
        try {
            if (transition.changesPools()) {
                rollout.pools(transition.together());
                verdicts.await(VERDICTS);
            }
            if (!next.routes().equals(running.routes())) {
                routes.to(next.routes());
            }
        } catch (RuntimeException | InterruptedException e) {
            listeners.rollback();
            rollout.pools(before);
            throw new IllegalStateException(e.getMessage(), e);
        }
        port.limits(next.plan().clientLimits());
        rollout.force(next.plan());
        rollout.listeners(listeners, next.plan());
        if (transition.changesPools()) {
            rollout.pools(transition.withLeavingPools());
            if (!changes.pools().removed().isEmpty()) {
                later.execute(this::settle);
            }
        }
    }

    /** The pools of the plan in force and no others. */
    private synchronized void settle() {
        rollout.pools(running.plan());
    }

    private void tell(ReloadResult result) {
        switch (result) {
            case ReloadResult.Applied applied ->
                LOG.info("Configuration {}: {}", applied.word(), applied.changes());
            case ReloadResult.Refused refused ->
                LOG.error("Configuration refused; the last good one stays in force:{}",
                        refused.faults().stream().map(fault -> "\n  - " + fault + "\n    " + fault.action())
                                .collect(Collectors.joining()));
        }
        listener.accept(result);
    }
}
