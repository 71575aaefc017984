package io.headgate.config;

import io.headgate.config.plan.Plan;
import io.headgate.config.properties.OverloadProperties;
import io.headgate.l7.gateway.PriorityFilter;
import io.headgate.l7.gateway.ProblemHandler;
import io.headgate.net.Descriptors;
import io.headgate.net.EventLoops;
import io.headgate.net.Memory;
import io.headgate.net.Overload;
import io.headgate.net.Overload.Trigger;
import io.headgate.observe.OverloadMeters;
import io.headgate.pool.Clock;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What is refused when there is more to do than this process can. */
@Configuration(proxyBeanMethods = false)
class OverloadConfiguration {

    @Bean
    Overload overload(Plan plan, EventLoops loops, Clock clock) {
        OverloadProperties marks = plan.properties().overload();
        Overload overload = new Overload(
                List.of(new Trigger("heap", Memory.PROCESS::heap, marks.heapSoft(), marks.heapHard()),
                        new Trigger("direct-memory",
                                () -> 100 * Memory.PROCESS.used() / Math.max(1, Memory.PROCESS.limit()),
                                marks.directMemorySoft(), marks.directMemoryHard()),
                        new Trigger("descriptors",
                                () -> 100L * Descriptors.PROCESS.clients() / Descriptors.PROCESS.half(),
                                marks.descriptorsSoft(), marks.descriptorsHard()),
                        new Trigger("loop-lag", loops.watch()::lag, marks.loopLagSoft().toNanos(),
                                marks.loopLagHard().toNanos())),
                clock.ticker());
        IntStream.of(marks.heapSoft(), marks.heapHard()).filter(mark -> mark > 0)
                .forEach(Memory.PROCESS::refusedFrom);
        overload.start(loops.beside());
        return overload;
    }

    @Bean
    PriorityFilter priorityFilter(Overload overload, ProblemHandler problems) {
        return new PriorityFilter(overload, problems);
    }

    @Bean
    OverloadMeters overloadMeters(Overload overload) {
        return new OverloadMeters(() -> number(overload.level()), overload::rises, overload.triggers()
                .stream().collect(Collectors.toMap(Trigger::name, Trigger::value)));
    }

    private static long number(Overload.Level level) {
        return switch (level) {
            case NONE -> 0;
            case SOFT -> 1;
            case HARD -> 2;
        };
    }
}
