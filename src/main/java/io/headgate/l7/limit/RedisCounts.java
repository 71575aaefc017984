package io.headgate.l7.limit;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.script.DefaultRedisScript;
import org.springframework.data.redis.core.script.RedisScript;

/**
 * Counts in Redis, by its clock: of each key, the time at which it has its whole burst again. It is gone from
 * Redis a second after that.
 */
public final class RedisCounts implements SharedCounts {

    private static final RedisScript<Long> ADD = new DefaultRedisScript<>(
            """
                    local time = redis.call('TIME')
                    local now = time[1] * 1000000 + time[2]
                    local full = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
                    local added = tonumber(ARGV[1])
                    full = math.min(full + added, now + tonumber(ARGV[2]))
                    if added > 0 then
                      redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', math.ceil((full - now) / 1000) + 1000)
                    end
                    return full - now
                    """,
            Long.class);
    private static final String PREFIX = "headgate:limit:";

    private final ReactiveStringRedisTemplate redis;

    public RedisCounts(ReactiveStringRedisTemplate redis) {
        this.redis = redis;
    }

    @Override
    public CompletionStage<@Nullable Long> add(String key, long micros, long most) {
        return redis.execute(ADD, List.of(PREFIX + key), List.of(Long.toString(micros), Long.toString(most)))
                .next().toFuture();
    }
}
