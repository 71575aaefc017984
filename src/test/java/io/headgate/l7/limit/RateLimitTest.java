package io.headgate.l7.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.l7.BalanceKey;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimitTest {

    private static final int THREADS = 8;

    private final MockTicker ticker = Ticker.newMockTicker();
    private final Map<String, RateLimit.Counts> told = new HashMap<>();
    private final RateLimits limits = new RateLimits(ticker, told::put);

    private RateLimit limit(String rate, long burst) {
        return limits.limit(new LimitSpec("r", Rate.parse(rate), burst, LimitKey.parse("client"), false));
    }

    @Test
    void aBurstAtOnceAndThenOneByOne() {
        RateLimit limit = limit("10/s", 3);
        assertThat(limit.take("a", 1)).isEqualTo(new Verdict(true, 3, 2, 100_000_000, 0, "10;w=1;burst=3"));
        assertThat(limit.take("a", 1).remaining()).isEqualTo(1);
        assertThat(limit.take("a", 1).remaining()).isZero();
        assertThat(limit.take("a", 1))
                .isEqualTo(new Verdict(false, 3, 0, 300_000_000, 100_000_000, "10;w=1;burst=3"));
        assertThat(limit.take("b", 1).allowed()).as("another key").isTrue();
        ticker.advance(99, TimeUnit.MILLISECONDS);
        assertThat(limit.take("a", 1).allowed()).isFalse();
        ticker.advance(1, TimeUnit.MILLISECONDS);
        assertThat(limit.take("a", 1).allowed()).isTrue();
        assertThat(limit.take("a", 1).allowed()).isFalse();
        ticker.advance(1, TimeUnit.HOURS);
        assertThat(limit.take("a", 1).remaining()).as("no more than a burst is saved").isEqualTo(2);
    }

    @Test
    void oneRequestMayCountAsSeveral() {
        RateLimit limit = limit("60/m", 10);
        assertThat(limit.take("a", 7).remaining()).isEqualTo(3);
        Verdict refused = limit.take("a", 7);
        assertThat(refused.allowed()).isFalse();
        assertThat(refused.retryAfter()).isEqualTo("4");
        assertThat(limit.take("a", 3).allowed()).as("what is refused takes nothing").isTrue();
        assertThat(refused.headers()).containsExactly("RateLimit-Limit", "10", "RateLimit-Remaining", "3",
                "RateLimit-Reset", "7", "RateLimit-Policy", "60;w=60;burst=10");
    }

    /** Against a plain model: in no span of time more than the burst and what the rate gives in it. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void neverMoreThanTheRateGivesInAnySpan(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long rate = 1L + random.nextInt(50);
        long burst = 1L + random.nextInt(20);
        RateLimit limit = limit(rate + "/s", burst);
        List<Long> allowed = new ArrayList<>();
        long offered = 0;
        for (int i = 0; i < 3_000; i++) {
            ticker.advance(random.nextInt(40), TimeUnit.MILLISECONDS);
            offered++;
            if (limit.take("a", 1).allowed()) {
                allowed.add(ticker.nanoTime());
            }
        }
        for (int from = 0; from < allowed.size(); from += 7) {
            for (int to = from; to < allowed.size(); to += 5) {
                double seconds = (allowed.get(to) - allowed.get(from)) / 1e9;
                assertThat((double) to - from + 1).isLessThanOrEqualTo(burst + seconds * rate + 1e-6);
            }
        }
        double expected = Math.min((double) offered, ticker.nanoTime() / 1e9 * rate);
        assertThat((double) allowed.size()).as("and not much less").isGreaterThan(expected * 0.6);
    }

    @Test
    void exactlyTheBurstHoweverManyThreadsAsk() throws Exception {
        RateLimit limit = limit("1/d", 1_000);
        LongAdder allowed = new LongAdder();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                all.add(threads.submit(() -> {
                    for (int request = 0; request < 500; request++) {
                        allowed.add(limit.take("a", 1).allowed() ? 1 : 0);
                    }
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
        assertThat(allowed.sum()).isEqualTo(1_000);
    }

    @Test
    void filtersThatMeanTheSameShareALimitAndOneNameHasOneSetOfCounts() {
        RateLimit limit = limit("10/s", 3);
        assertThat(limit("10/s", 3)).isSameAs(limit);
        assertThat(limit("10/s", 4)).isNotSameAs(limit);
        Asked request = new Asked(Map.of(), "10.0.0.1");
        for (int i = 0; i < 4; i++) {
            limit.ask(request, 1, false);
        }
        limit.ask(request, 1, true);
        assertThat(told).containsOnlyKeys("r");
        RateLimit.Counts counts = Objects.requireNonNull(told.get("r"));
        assertThat(counts.allowed().sum()).isEqualTo(3);
        assertThat(counts.refused().sum()).isEqualTo(1);
        assertThat(counts.shadowed().sum()).isEqualTo(1);
    }

    /** A request as a limit sees it. */
    private record Asked(Map<String, String> headers, String address) implements BalanceKey.Parts {

        @Override
        public String path() {
            return "/p";
        }

        @Override
        public @Nullable String header(String name) {
            return headers.get(name);
        }

        @Override
        public @Nullable String cookie(String name) {
            return null;
        }

        @Override
        public @Nullable String parameter(String name) {
            return null;
        }

        @Override
        public InetSocketAddress client() {
            return new InetSocketAddress(address, 1);
        }
    }

    @Test
    void keysOfRequests() {
        Asked plain = new Asked(Map.of("host", "Shop.example"), "10.0.0.1");
        assertThat(LimitKey.parse("client").of(plain)).isEqualTo("10.0.0.1");
        assertThat(LimitKey.parse("host").of(plain)).isEqualTo("shop.example");
        assertThat(LimitKey.parse("path").of(plain)).isEqualTo("/p");
        assertThat(LimitKey.parse("route").of(plain)).isEmpty();
        assertThat(LimitKey.parse("header:X-Key").of(plain)).as("none").isEqualTo("10.0.0.1");
        assertThat(LimitKey.parse("client + path").of(plain)).isEqualTo("10.0.0.1\n/p\n");
        Asked keyed = new Asked(Map.of("X-Key", "k"), "10.0.0.1");
        assertThat(LimitKey.parse("header:X-Key").of(keyed)).isEqualTo("k");
        assertThat(LimitKey.parse("client").of(new Asked(Map.of(), "2001:db8:1:2::a")))
                .as("one network, one client")
                .isEqualTo(LimitKey.parse("client").of(new Asked(Map.of(), "2001:db8:1:2:ffff::b")))
                .isNotEqualTo(LimitKey.parse("client").of(new Asked(Map.of(), "2001:db8:1:3::a")));
    }

    @ParameterizedTest
    @CsvSource({"'100/s', 100, 1", "'600 / m', 600, 60", "5000/h, 5000, 3600", "1/d, 1, 86400"})
    void rates(String text, long requests, long seconds) {
        assertThat(Rate.parse(text).requests()).isEqualTo(requests);
        assertThat(Rate.parse(text).per()).hasSeconds(seconds);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "100", "0/s", "-1/s", "1/w", "1.5/s", "9999999999/s"})
    void thatIsNoRate(String text) {
        assertThatThrownBy(() -> Rate.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: a number of requests and a unit");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "header", "header:", "client:x", "user:x", "users", "client+", "cookie"})
    void thatIsNoKey(String text) {
        assertThatThrownBy(() -> LimitKey.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: client, user, host");
    }
}
