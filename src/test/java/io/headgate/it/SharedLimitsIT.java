package io.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.l7.limit.AwaitedRedis;
import io.headgate.l7.limit.Sharing;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.cloud.gateway.filter.ratelimit.KeyResolver;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import reactor.core.publisher.Mono;

/** Two gateways that count together in a Redis, and what they do without it. */
@NeedsTool({"kill", "redis-cli", "redis-server"})
class SharedLimitsIT {

    private static final int LIMIT = 20;

    @TempDir
    private Path folder;

    /** The application's own, for Spring Cloud Gateway's filter. */
    @Configuration(proxyBeanMethods = false)
    static class Beans {

        @Bean
        KeyResolver everybody() {
            return exchange -> Mono.just("everybody");
        }
    }

    private static TestGateway gateway(RawServer member, Service redis) {
        return TestGateway.with(Beans.class, """
                spring.data.redis: { host: 127.0.0.1, port: %d }
                headgate.pools.p: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                spring.cloud.gateway.server.webflux.routes:
                  - id: ours
                    uri: lb://p
                    predicates: [ "Path=/ours" ]
                    filters: [ { name: RateLimit, args: { rate: %d/d, key: "header:X-Key", shared: true } } ]
                  - id: springs
                    uri: lb://p
                    predicates: [ "Path=/springs" ]
                    filters:
                      - name: RequestRateLimiter
                        args:
                          redis-rate-limiter.replenishRate: 1
                          redis-rate-limiter.burstCapacity: 900
                          redis-rate-limiter.requestedTokens: 900
                """.formatted(redis.port(), member.port(), LIMIT));
    }

    private static int ours(TestGateway gateway, String key) {
        return gateway.get("/ours", "X-Key", key).statusCode();
    }

    /** How many of a key pass until one is refused; 100 at most. */
    private static int passed(TestGateway gateway, String key) {
        int passed = 0;
        while (passed < 100 && ours(gateway, key) == 200) {
            passed++;
        }
        return passed;
    }

    /** Rounds take place only while there are requests. */
    private static void untilAlone(TestGateway gateway, boolean alone) {
        Sharing sharing = gateway.bean(Sharing.class);
        long[] number = {0};
        Supplier<Boolean> asked = () -> {
            ours(gateway, (alone ? "alone" : "together") + number[0]++);
            return sharing.isAlone() == alone;
        };
        await().atMost(Duration.ofSeconds(60)).until(asked::get);
    }

    private String redis(Service redis, String... command) throws Exception {
        String[] all = new String[command.length + 3];
        all[0] = Tool.path("redis-cli");
        all[1] = "-p";
        all[2] = Integer.toString(redis.port());
        System.arraycopy(command, 0, all, 3, command.length);
        return Tool.run(folder, all);
    }

    @Test
    void twoCountAsOneAndAloneWithoutRedis() throws Exception {
        try (RawServer member = new RawServer(RawServer.answering("ok"));
                Service redis = Service.start(folder, "redis-server", "--port", "PORT", "--save", "");
                TestGateway here = gateway(member, redis);
                TestGateway there = gateway(member, redis)) {
            assertThat(redis(redis, "CLIENT", "LIST").lines().filter(line -> line.contains("lib-name=Lett")))
                    .as("nobody connects before there is something to count").isEmpty();
            assertThat(here.bean(ReactiveStringRedisTemplate.class)).as("also of Spring's limiter")
                    .isInstanceOf(AwaitedRedis.class);
            for (int i = 0; i < 15; i++) {
                assertThat(ours(here, "k")).isEqualTo(200);
            }
            await().until(() -> here.bean(Sharing.class).done() > 0);
            await().until(
                    () -> redis(redis, "KEYS", "*").contains("headgate:limit:ours 20;w=86400;burst=20 "));
            assertThat(ours(there, "k")).isEqualTo(200);
            await().until(() -> there.bean(Sharing.class).done() > 0);
            assertThat(passed(there, "k")).as("15 here, and 1 before").isEqualTo(LIMIT - 16);
            assertThat(ours(there, "other")).isEqualTo(200);

            assertThat(here.get("/springs").statusCode()).isEqualTo(200);
            assertThat(there.get("/springs").statusCode()).isEqualTo(429);

            Tool.signal(redis.process(), "STOP");
            untilAlone(here, true);
            assertThat(passed(here, "stopped")).isEqualTo(LIMIT);
            assertThat(here.manage("/actuator/prometheus").body()).contains("headgate_rate_limit_alone 1.0");
            Tool.signal(redis.process(), "CONT");
            untilAlone(here, false);
            redis(redis, "CONFIG", "SET", "maxmemory", "1");
            untilAlone(here, true);
            assertThat(passed(here, "full")).isEqualTo(LIMIT);
            Tool.signal(redis.process(), "KILL");
            HttpResponse<String> gone = there.get("/springs");
            assertThat(gone.statusCode()).as("Spring's own lets all pass").isEqualTo(200);
            assertThat(passed(there, "gone")).isEqualTo(LIMIT);
            untilAlone(there, true);
        }
    }
}
