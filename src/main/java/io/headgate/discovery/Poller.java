package io.headgate.discovery;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A source that has to be asked repeatedly. Everything happens on one event loop. */
final class Poller implements Source {

    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final Lookup lookup;
    private final EventLoop loop;
    private final Pace pace;
    private @Nullable Future<?> next;
    private @Nullable Consumer<Update> updates;
    private boolean asking;
    private int failures;

    Poller(Lookup lookup, EventLoop loop, Pace pace) {
        this.lookup = lookup;
        this.loop = loop;
        this.pace = pace;
    }

    @Override
    public void start(Consumer<Update> to) {
        loop.execute(() -> {
            updates = to;
            lookup.whenMoreIsKnown(this::ask);
            ask();
        });
    }

    @Override
    public void refresh() {
        loop.execute(this::ask);
    }

    @Override
    public void close() {
        loop.execute(() -> {
            updates = null;
            cancel();
            lookup.close();
        });
    }

    private void ask() {
        if (updates == null || asking) {
            return;
        }
        cancel();
        asking = true;
        Promise<Lookup.Found> answer = loop.newPromise();
        Future<?> timer = loop.schedule(
                () -> answer
                        .tryFailure(new TimeoutException("no answer within " + LONGEST.toSeconds() + " s")),
                LONGEST.toMillis(), TimeUnit.MILLISECONDS);
        answer.addListener(answered -> {
            timer.cancel(false);
            asking = false;
            take(answer);
        });
        try {
            lookup.look(answer);
        } catch (RuntimeException | Error e) {
            answer.tryFailure(e);
        }
    }

    private void take(Future<Lookup.Found> answer) {
        if (updates == null) {
            return;
        }
        if (answer.isSuccess()) {
            Lookup.Found found = answer.getNow();
            failures = 0;
            schedule(pace.after(found.lifetime() == null ? pace.most() : found.lifetime()));
            updates.accept(new Update.Reset(found.members()));
        } else {
            failures++;
            schedule(pace.afterFailure(failures));
            updates.accept(new Update.Gone(Trouble.of(answer.cause())));
        }
    }

    private void schedule(Duration delay) {
        next = loop.schedule(this::ask, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void cancel() {
        if (next != null) {
            next.cancel(false);
        }
    }
}
