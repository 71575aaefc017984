package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.l7.Lane;
import io.headgate.l7.fast.LaneUnderTest.Outcome;
import io.headgate.l7.fast.RouteSet.Route;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The same requests through both lanes, by HTTP/1.1 and by HTTP/2: what the member sees and what the client
 * gets must be the same, but for what docs/deviations.md lists. One application has the fast path on, the
 * other off. A case is known by its number: {@code -Ddifferential.first=NUMBER -Ddifferential.cases=1} makes
 * it again.
 */
class DifferentialTest {

    private static final long FIRST = Long.getLong("differential.first", 0);
    private static final long CASES = Long.getLong("differential.cases", Long.parseLong(
            System.getenv().getOrDefault("HEADGATE_DIFFERENTIAL_CASES", "20000")));
    /** Which have the same routes. */
    private static final long PER_SET = 10_000;
    private static final int CLIENTS = 8;
    /** So many cases are one that comes by HTTP/2. */
    private static final long EVERY_HTTP2 = 3;

    /** As it is told to send the body. */
    private static final List<String> CONTINUE = List.of(" 100");

    /** Failures are shown together. */
    private static final int ENOUGH = 20;

    /** As many requests are drawn for a case until there is one that can be compared. */
    private static final int ATTEMPTS = 20;

    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final List<String> disturbed = new CopyOnWriteArrayList<>();
    private final LongAdder compared = new LongAdder();
    private final LongAdder routed = new LongAdder();

    private final ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();

    /** Every hundredth buffer is watched: with so many cases that finds what leaks as surely. */
    @BeforeEach
    void watchSomeBuffers() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.SIMPLE);
    }

    @AfterEach
    void watchAllBuffers() {
        ResourceLeakDetector.setLevel(level);
    }

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void bothLanesDoTheSame() throws IOException, InterruptedException, ExecutionException {
        for (long from = FIRST; from < FIRST + CASES;) {
            long set = from / PER_SET;
            long to = Math.min((set + 1) * PER_SET, FIRST + CASES);
            compare(RouteSet.number(set), from, to);
            from = to;
        }
        assertThat(disturbed).as("cases that were different once").isEmpty();
        assertThat(compared.sum()).isGreaterThan(CASES * 99 / 100);
        assertThat(routed.sum()).as("cases that had a route").isGreaterThan(CASES * 80 / 100);
    }

    @Test
    void whatIsLeftOutStandsInTheRegister() throws IOException {
        String register = Files.readString(Path.of("docs/deviations.md"));
        for (Registered each : Registered.values()) {
            assertThat(register).contains("\n| " + each.row);
        }
    }

    private void compare(RouteSet routes, long from, long to)
            throws IOException, InterruptedException, ExecutionException {
        LongAdder byFast = new LongAdder();
        AtomicLong next = new AtomicLong(from);
        try (LaneUnderTest fast = new LaneUnderTest(routes, true);
                LaneUnderTest slow = new LaneUnderTest(routes, false);
                ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
            Callable<Void> client = () -> {
                try (LaneUnderTest.Client one = fast.new Client();
                        LaneUnderTest.Client other = slow.new Client()) {
                    for (long number = next.getAndIncrement(); number < to
                            && failures.size() < ENOUGH; number = next.getAndIncrement()) {
                        compare(number, routes, one, other, byFast);
                    }
                    return null;
                }
            };
            List<Future<Void>> all = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                all.add(threads.submit(client));
            }
            for (Future<Void> each : all) {
                each.get();
            }
            assertThat(failures).isEmpty();
            assertThat(byFast.sum()).as("cases of set %d that had a route", from / PER_SET)
                    .isGreaterThan((to - from) / 2);
            routed.add(byFast.sum());
            assertThat(fast.served(Lane.FAST)).isBetween(byFast.doubleValue(),
                    byFast.doubleValue() + disturbed.size());
            assertThat(slow.served(Lane.FAST)).isZero();
            assertThat(fast.strange()).isEmpty();
            assertThat(slow.strange()).isEmpty();
        }
    }

    private void compare(long number, RouteSet set, LaneUnderTest.Client one, LaneUnderTest.Client other,
            LongAdder byFast) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            String request = RandomRequest.of(number, attempt, set.groups().size(),
                    MemberAnswers.ALL.size());
            List<Route> routes = set.groups().get(Integer.parseInt(request.split("[/? ]+", 3)[1]));
            Set<Registered> registered = EnumSet.noneOf(Registered.class);
            for (Registered each : Registered.values()) {
                if (each.concerns(request, routes)) {
                    registered.add(each);
                }
            }
            if (registered.stream().allMatch(each -> each.normalised)) {
                compare(number, request, registered, routes, one, other, byFast);
                return;
            }
        }
    }

    /** What is different is compared again: a difference shows each time, a race once. Neither may be. */
    private void compare(long number, String request, Set<Registered> registered, List<Route> routes,
            LaneUnderTest.Client one, LaneUnderTest.Client other, LongAdder byFast) throws IOException {
        String first = attempt(number, request, registered, routes, one, other, byFast);
        if (first == null) {
            return;
        }
        disturbed.add(first);
        one.startOver(number);
        other.startOver(number);
        String second = attempt(number, request, registered, routes, one, other, byFast);
        if (second != null) {
            failures.add(second);
            if (failures.size() >= ENOUGH) {
                throw new IllegalStateException(String.join("\n\n", failures));
            }
        }
    }

    /** Null, or what was different. */
    private @Nullable String attempt(long number, String request, Set<Registered> registered,
            List<Route> routes, LaneUnderTest.Client one, LaneUnderTest.Client other, LongAdder byFast) {
        List<Outcome> outcomes = new ArrayList<>();
        try {
            boolean http2 = number % EVERY_HTTP2 == 0 && Http2Request.canSay(request);
            Outcome fast = http2 ? one.askByHttp2(number, request) : one.ask(number, request);
            outcomes.add(fast);
            Outcome slow = http2 ? other.askByHttp2(number, request) : other.ask(number, request);
            outcomes.add(slow);
            assertThat(fast.by(Lane.FAST) || (fast.byNobody() && slow.byNobody())).as("lane %s", fast.lane())
                    .isTrue();
            assertThat(slow.by(Lane.FAST)).isFalse();
            assertThat(fast.route()).as("route").isEqualTo(slow.route());
            assertThat(fast.seen()).as("what the member saw").isEqualTo(slow.seen());
            assertThat(fast.interims()).as("informational answers")
                    .isEqualTo(http2 || fast.seen().isEmpty() ? List.of() : MemberAnswers.interims(request));
            assertThat(slow.interims()).as("informational answers of the slow lane")
                    .isSubsetOf(registered.contains(Registered.EXPECT) ? CONTINUE : List.of());
            assertThat(fast.answer()).as("what the client got").isEqualTo(slow.answer());
            if (registered.stream().noneMatch(each -> each.ofTarget)) {
                assertThat(fast.target()).as("target").isEqualTo(slow.target());
            } else {
                assertThat(Registered.normal(fast.target())).as("target, %s", registered)
                        .isEqualTo(Registered.normal(slow.target()));
            }
            byFast.add(fast.by(Lane.FAST) ? 1 : 0);
            compared.increment();
            return null;
        } catch (AssertionError | IOException | RuntimeException e) {
            return "case %d, %s, routes %s: %s%n%s%n%s".formatted(number, registered, routes, request, e,
                    outcomes).replaceAll("(.)\\1{50,}", "$1$1...");
        }
    }
}
