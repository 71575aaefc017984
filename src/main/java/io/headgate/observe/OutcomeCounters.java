package io.headgate.observe;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counters of one name, for what is counted elsewhere.
 *
 * @param tag what tells one of whose outcomes are counted from another, besides the outcome
 */
record OutcomeCounters(MeterRegistry registry, String name, String tag, String description) {

    void register(String value, String outcome, LongAdder count) {
        FunctionCounter.builder(name, count, LongAdder::doubleValue).tag(tag, value).tag("outcome", outcome)
                .description(description).register(registry);
    }
}
