package io.headgate.l7.admit;

import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Ticker;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks passwords, which takes a processor a good part of a second each: on threads of their own, a few at a
 * time, and the same one only once however many requests wait for it.
 */
public final class PasswordChecks implements AutoCloseable {

    private static final int THREADS = 2;
    private static final int WAITING = 64;

    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(THREADS, THREADS, 30, TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING), new DefaultThreadFactory("headgate-passwords", true));
    private final Map<Digest, CompletableFuture<Boolean>> underWay = new ConcurrentHashMap<>();
    private final FailedLogins failures;

    public PasswordChecks(Ticker ticker) {
        this.failures = new FailedLogins(ticker);
        threads.allowCoreThreadTimeOut(true);
    }

    FailedLogins failures() {
        return failures;
    }

    /**
     * Checks.
     *
     * @param credentials what is checked, with the list that it is checked against
     * @return null if too many wait already
     */
    @Nullable
    CompletableFuture<Boolean> check(Digest credentials, BooleanSupplier check) {
        CompletableFuture<Boolean> mine = new CompletableFuture<>();
        CompletableFuture<Boolean> others = underWay.putIfAbsent(credentials, mine);
        if (others != null) {
            return others;
        }
        try {
            threads.execute(() -> {
                try {
                    mine.complete(check.getAsBoolean());
                } catch (RuntimeException | Error e) {
                    mine.completeExceptionally(e);
                } finally {
                    underWay.remove(credentials);
                }
            });
            return mine;
        } catch (RejectedExecutionException e) {
            underWay.remove(credentials);
            mine.complete(false); // somebody else may have joined
            return null;
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
