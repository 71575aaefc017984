package io.headgate.l7.limit;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.data.redis.RedisConnectionFailureException;
import org.springframework.data.redis.connection.ReactiveRedisConnection;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.data.redis.serializer.RedisElementReader;
import org.springframework.data.redis.serializer.RedisElementWriter;
import org.springframework.data.redis.serializer.RedisSerializationContext;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Connects to Redis in the background when it is first asked for something. Lettuce's first connection blocks
 * the thread that asks, under a lock that all others wait for: on event loops, a Redis that cannot be reached
 * would stop all traffic. Who asks waits for it a second without a thread; after that, everybody fails at
 * once until Redis has been reached. Later, Lettuce itself connects again.
 */
public final class AwaitedRedis extends ReactiveStringRedisTemplate {

    /** How long the first commands wait for the first connection. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    /** From a failed attempt to the next one. */
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final ReactiveRedisConnectionFactory factory;
    private final CompletableFuture<Void> first = new CompletableFuture<>();
    private final AtomicBoolean connecting = new AtomicBoolean();
    private volatile boolean reached;

    /** Connects as that factory does. */
    public AwaitedRedis(ReactiveRedisConnectionFactory factory) {
        super(factory, RedisSerializationContext.string(), false);
        this.factory = factory;
    }

    @Override
    protected Mono<ReactiveRedisConnection> getConnection() {
        return reached ? super.getConnection() : connected().then(super.getConnection());
    }

    @Override
    public <T> Flux<T> execute(RedisScript<T> script, List<String> keys, List<?> args) {
        Flux<T> executed = super.execute(script, keys, args);
        return reached ? executed : connected().thenMany(executed);
    }

    @Override
    public <T> Flux<T> execute(RedisScript<T> script, List<String> keys, List<?> args,
            RedisElementWriter<?> argsWriter, RedisElementReader<T> resultReader) {
        Flux<T> executed = super.execute(script, keys, args, argsWriter, resultReader);
        return reached ? executed : connected().thenMany(executed);
    }

    private Mono<Void> connected() {
        return Mono.defer(() -> {
            boolean waited = first.isDone();
            if (reached) {
                return Mono.empty();
            }
            connect();
            return waited
                    ? Mono.error(new RedisConnectionFailureException("Redis has not been reached yet"))
                    : Mono.fromFuture(first, true).publishOn(Schedulers.parallel());
        });
    }

    private void connect() {
        if (connecting.compareAndSet(false, true)) {
            first.orTimeout(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
            try {
                Schedulers.boundedElastic().schedule(this::attempt);
            } catch (RejectedExecutionException e) { // who asks next tries again
                connecting.set(false);
            }
        }
    }

    private void attempt() {
        try {
            factory.getReactiveConnection().closeLater().subscribe(); // it is shared, and stays open
            reached = true;
            first.complete(null);
        } catch (RuntimeException | Error e) {
            first.completeExceptionally(e);
            Schedulers.boundedElastic().schedule(() -> connecting.set(false), PAUSE.toNanos(),
                    TimeUnit.NANOSECONDS);
        }
    }
}
