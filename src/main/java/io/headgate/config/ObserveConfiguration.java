package io.headgate.config;

import io.headgate.config.plan.Plan;
import io.headgate.l4.ConnectionListener;
import io.headgate.l7.RequestListener;
import io.headgate.l7.gateway.compile.RouteRefresh;
import io.headgate.net.EventLoops;
import io.headgate.net.LoopWatch;
import io.headgate.net.Memory;
import io.headgate.observe.BoundedLabels;
import io.headgate.observe.BuildMeters;
import io.headgate.observe.CertificateMeters;
import io.headgate.observe.Certificates;
import io.headgate.observe.ConnectionMeters;
import io.headgate.observe.GrpcMeters;
import io.headgate.observe.HttpServerRequests;
import io.headgate.observe.KnownSpanNames;
import io.headgate.observe.LogMeters;
import io.headgate.observe.LoopMeters;
import io.headgate.observe.RequestMeters;
import io.headgate.observe.access.AccessLog;
import io.headgate.observe.access.AccessLogSpec;
import io.headgate.pool.Clock;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.info.BuildProperties;
import org.springframework.boot.micrometer.metrics.autoconfigure.MeterRegistryCustomizer;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** The listeners to requests and members. */
@Configuration(proxyBeanMethods = false)
class ObserveConfiguration {

    /** Not for whoever asks for a listener: it hears of requests and connections behind the meters. */
    @Bean(name = "headgate.accessLog", defaultCandidate = false)
    @Nullable
    AccessLog accessLog(Plan plan, EventLoops loops, Clock clock) {
        AccessLogSpec spec = plan.accessLog();
        return spec == null ? null : new AccessLog(spec, loops.count(), clock);
    }

    /** As above. */
    @Bean(name = "headgate.requestMeters", defaultCandidate = false)
    RequestMeters requestMeters(MeterRegistry registry) {
        return new RequestMeters(registry);
    }

    @Bean
    RouteMeters routeMeters(@Qualifier("headgate.requestMeters") RequestMeters meters, RouteRefresh routes) {
        return new RouteMeters(meters, routes::lanes);
    }

    @Bean
    Certificates certificates(SslBundles bundles) {
        return new Certificates(bundles);
    }

    @Bean
    RequestListener requests(@Qualifier("headgate.accessLog") @Nullable AccessLog log,
            @Qualifier("headgate.requestMeters") RequestMeters ours, MeterRegistry registry,
            @Value("${management.observations.http.server.requests.name:http.server.requests}") String name) {
        RequestListener springs = new HttpServerRequests(registry, name);
        RequestListener calls = new GrpcMeters(registry);
        RequestListener meters = request -> {
            ours.served(request);
            calls.served(request);
            springs.served(request);
        };
        return log == null ? meters : request -> {
            meters.served(request);
            log.served(request);
        };
    }

    /**
     * Before every other filter of meters. A customizer, not a filter bean: filter beans are not applied to
     * the composite registry, which remembers each meter as well.
     */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    static MeterRegistryCustomizer<MeterRegistry> boundedLabels() {
        return registry -> registry.config().meterFilter(new BoundedLabels());
    }

    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    static KnownSpanNames knownSpanNames() {
        return new KnownSpanNames();
    }

    /** In addition to Micrometer's own jvm.buffer.memory.used, which does not know the limit. */
    @Bean
    MeterBinder bufferMemory() {
        return registry -> {
            Gauge.builder("headgate.buffers.used", Memory.PROCESS, Memory::used).baseUnit(BaseUnits.BYTES)
                    .description("Bytes of buffers that are in use").register(registry);
            Gauge.builder("headgate.buffers.limit", Memory.PROCESS, Memory::limit).baseUnit(BaseUnits.BYTES)
                    .description("Bytes of buffers that there are").register(registry);
            Gauge.builder("headgate.buffers.share", Memory.PROCESS, Memory::share).baseUnit(BaseUnits.BYTES)
                    .description("Bytes of buffers that one connection may hold now").register(registry);
        };
    }

    @Bean
    CertificateMeters certificateMeters(Certificates certificates, Clock clock) {
        return new CertificateMeters(certificates, clock.wall());
    }

    @Bean
    BuildMeters buildMeters(ObjectProvider<BuildProperties> build) {
        BuildProperties built = build.getIfAvailable();
        return new BuildMeters(built == null ? "unknown" : String.valueOf(built.getVersion()));
    }

    @Bean
    LogMeters logMeters() {
        return new LogMeters();
    }

    @Bean
    LoopMeters loopMeters(EventLoops loops) {
        LoopWatch watch = loops.watch();
        return new LoopMeters(() -> watch.silentFor(LoopWatch.STALLED), watch::stalls, watch::lag);
    }

    @Bean
    ConnectionListener connections(@Qualifier("headgate.accessLog") @Nullable AccessLog log,
            MeterRegistry registry) {
        return new ConnectionMeters(registry, log == null ? ConnectionListener.NONE : log);
    }
}
