package io.headgate.observe;

import io.headgate.l7.ClientRule;
import io.headgate.l7.RuleListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the requests that are served although they break a rule, and logs one for each rule from time to
 * time. An operator needs this before the rule is enforced.
 */
public final class RuleReports implements RuleListener {

    private static final Logger LOG = LoggerFactory.getLogger("headgate.strictness");

    private static final long BETWEEN_LINES = Duration.ofMinutes(1).toNanos();

    private final Map<ClientRule, Report> reports = new EnumMap<>(ClientRule.class);
    private final Ticker ticker;

    public RuleReports(MeterRegistry registry, Ticker ticker) {
        this.ticker = ticker;
        for (ClientRule rule : ClientRule.thatCanBeRelaxed()) {
            reports.put(rule, new Report(Counter.builder("headgate.client.reported").tag("rule", rule.code())
                    .description("Requests that a rule in report-only mode would have refused")
                    .register(registry), new AtomicLong(ticker.nanoTime() - BETWEEN_LINES)));
        }
    }

    private record Report(Counter counter, AtomicLong logged) {}

    @Override
    public void broken(ClientRule rule, @Nullable String client, String detail) {
        Report report = Objects.requireNonNull(reports.get(rule));
        report.counter.increment();
        long last = report.logged.get();
        long now = ticker.nanoTime();
        if (now - last >= BETWEEN_LINES && report.logged.compareAndSet(last, now)) {
            LOG.warn("Rule {} is in report-only mode: a request of {} is served although {} ({} so far)",
                    rule.code(),
                    client,
                    detail, (long) report.counter.count());
        }
    }
}
