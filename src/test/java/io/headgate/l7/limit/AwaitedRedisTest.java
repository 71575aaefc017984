package io.headgate.l7.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.RedisConnectionFailureException;
import org.springframework.data.redis.connection.ReactiveRedisClusterConnection;
import org.springframework.data.redis.connection.ReactiveRedisConnection;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.core.script.RedisScript;
import reactor.core.publisher.Mono;

class AwaitedRedisTest {

    private static final String SENT = "the command has been sent";

    private final CountDownLatch answers = new CountDownLatch(1);
    private volatile boolean broken;
    private final Thread asking = Thread.currentThread();
    private final AwaitedRedis redis = new AwaitedRedis(new Slow());

    /** Connects as Lettuce does for the first time, and would hold up who asks. */
    private final class Slow implements ReactiveRedisConnectionFactory {

        @Override
        public ReactiveRedisConnection getReactiveConnection() {
            if (broken) {
                throw new NoClassDefFoundError();
            }
            if (answers.getCount() > 0) {
                assertThat(Thread.currentThread()).isNotSameAs(asking);
                try {
                    answers.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            return (ReactiveRedisConnection) Proxy.newProxyInstance(getClass().getClassLoader(),
                    new Class<?>[]{ReactiveRedisConnection.class}, (self, method, args) -> {
                        if (method.getName().equals("closeLater")) {
                            return Mono.empty();
                        }
                        throw new IllegalStateException(SENT);
                    });
        }

        @Override
        public ReactiveRedisClusterConnection getReactiveClusterConnection() {
            throw new UnsupportedOperationException();
        }

        @Override
        public @Nullable DataAccessException translateExceptionIfPossible(RuntimeException e) {
            return null;
        }
    }

    private CompletableFuture<@Nullable Long> command() {
        return redis.execute(RedisScript.of("return 1", Long.class), List.of("k"), List.of("1")).next()
                .toFuture();
    }

    @AfterEach
    void goOn() {
        answers.countDown();
    }

    @Test
    void theFirstCommandsWaitForTheConnectionWithoutAThread() {
        CompletableFuture<@Nullable Long> command = command();
        CompletableFuture<@Nullable String> other = redis.opsForValue().get("k").toFuture();
        assertThat(command.isDone()).isFalse();
        answers.countDown();
        await().until(() -> command.isDone() && other.isDone());
        assertThat(command.exceptionNow()).hasStackTraceContaining(SENT);
        assertThat(other.exceptionNow()).hasStackTraceContaining(SENT);
    }

    /** Such as a class that is not there. */
    @Test
    void anErrorIsTriedAgainAsAFailureIs() {
        broken = true;
        answers.countDown();
        CompletableFuture<@Nullable Long> first = command();
        await().until(first::isDone);
        assertThat(first.exceptionNow()).isInstanceOf(NoClassDefFoundError.class);
        broken = false;
        await().untilAsserted(() -> assertThat(command().exceptionNow()).hasStackTraceContaining(SENT));
    }

    @Test
    void whileItCannotBeReachedCommandsFailAtOnceAndGoOnWhenItIs() {
        CompletableFuture<@Nullable Long> first = command();
        await().until(first::isDone);
        CompletableFuture<@Nullable Long> next = command();
        assertThat(next.state()).isEqualTo(Future.State.FAILED);
        assertThat(next.exceptionNow()).isInstanceOf(RedisConnectionFailureException.class);
        answers.countDown();
        await().untilAsserted(() -> assertThat(command().exceptionNow()).hasStackTraceContaining(SENT));
    }
}
