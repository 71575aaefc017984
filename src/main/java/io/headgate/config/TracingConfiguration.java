package io.headgate.config;

import io.headgate.l7.RequestTracer;
import io.headgate.observe.Spans;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Tracing, if the application brings a tracer. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(name = "io.micrometer.tracing.Tracer")
class TracingConfiguration {

    /** Null without a tracer. */
    @Bean
    @Nullable
    RequestTracer requestTracer(ObjectProvider<Tracer> tracers, ObjectProvider<Propagator> propagators) {
        Tracer tracer = tracers.getIfUnique();
        Propagator propagator = propagators.getIfUnique();
        return tracer == null || propagator == null || tracer.equals(Tracer.NOOP)
                ? null
                : new Spans(tracer, propagator);
    }
}
