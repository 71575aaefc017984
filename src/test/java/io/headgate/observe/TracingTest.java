package io.headgate.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import brave.Tracing;
import brave.handler.MutableSpan;
import brave.handler.SpanHandler;
import brave.propagation.B3Propagation;
import brave.propagation.CurrentTraceContext;
import brave.propagation.Propagation;
import brave.propagation.TraceContext;
import brave.sampler.Sampler;
import io.headgate.l7.Lane;
import io.headgate.l7.gateway.compile.RouteRefresh;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.brave.bridge.BraveCurrentTraceContext;
import io.micrometer.tracing.brave.bridge.BravePropagator;
import io.micrometer.tracing.brave.bridge.BraveTracer;
import io.micrometer.tracing.brave.bridge.W3CPropagation;
import io.micrometer.tracing.propagation.Propagator;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An application that brings a tracer: its routes are fast, and their requests have their spans. */
@SuppressWarnings("NullAway.Init") // set before each class invocation
@ParameterizedClass(name = "{0}")
@ValueSource(strings = {"w3c", "b3"})
class TracingTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00f067aa0ba902b7";

    private static final List<MutableSpan> SPANS = new CopyOnWriteArrayList<>();

    @Parameter
    String format;

    private static RawServer member;
    private static TestGateway gateway;

    @Configuration(proxyBeanMethods = false)
    static class Beans {

        @Bean(destroyMethod = "close")
        Tracing braves(@Value("${test.format}") String format) {
            Propagation.Factory propagation = format.equals("b3")
                    ? B3Propagation.newFactoryBuilder().injectFormat(B3Propagation.Format.MULTI).build()
                    : new W3CPropagation();
            return Tracing.newBuilder().propagationFactory(propagation).sampler(Sampler.ALWAYS_SAMPLE)
                    .addSpanHandler(new SpanHandler() {

                        @Override
                        public boolean end(TraceContext context, MutableSpan span, Cause cause) {
                            SPANS.add(span);
                            return true;
                        }
                    }).build();
        }

        @Bean
        Tracer tracer(Tracing braves) {
            CurrentTraceContext current = braves.currentTraceContext();
            return new BraveTracer(braves.tracer(), new BraveCurrentTraceContext(current));
        }

        @Bean
        Propagator propagator(Tracing braves) {
            return new BravePropagator(braves);
        }
    }

    @BeforeParameterizedClassInvocation
    static void start(String format) {
        member = new RawServer(TracingTest::echo);
        gateway = TestGateway.with(Beans.class, """
                headgate.pools.p: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                spring.cloud.gateway.server.webflux.routes:
                  - { id: all, uri: "lb://p", predicates: [ "Path=/**" ] }
                """.formatted(member.port()), "--test.format=" + format);
    }

    @AfterParameterizedClassInvocation
    static void stop() throws IOException {
        gateway.close();
        member.close();
    }

    @BeforeEach
    void forget() {
        SPANS.clear();
    }

    private static void echo(Socket socket) throws IOException {
        for (String head = RawServer.head(socket); !head.isBlank(); head = RawServer.head(socket)) {
            String body = head.toLowerCase(Locale.ROOT);
            RawServer.write(socket,
                    "HTTP/1.1 203 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        }
    }

    private static String found(String pattern, String in) {
        Matcher matcher = Pattern.compile(pattern).matcher(in);
        assertThat(matcher.find()).as(pattern + " in " + in).isTrue();
        return matcher.group(1);
    }

    private static MutableSpan span(brave.Span.Kind kind) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> SPANS.stream().anyMatch(span -> span.kind() == kind));
        return SPANS.stream().filter(span -> span.kind() == kind).findFirst().orElseThrow();
    }

    @Test
    void noRouteIsSlow() {
        assertThat(gateway.bean(RouteRefresh.class).lanes().routes())
                .allMatch(route -> route.lane() == Lane.FAST).hasSize(1);
    }

    @Test
    void aTraceGoesOn() {
        String body = format.equals("b3")
                ? gateway.get("/a?b=c", "X-B3-TraceId", TRACE, "X-B3-SpanId", PARENT, "X-B3-Sampled", "1")
                        .body()
                : gateway.get("/a?b=c", "traceparent", "00-" + TRACE + "-" + PARENT + "-01").body();
        MutableSpan client = span(brave.Span.Kind.CLIENT);
        MutableSpan server = span(brave.Span.Kind.SERVER);
        String told = format.equals("b3")
                ? found("x-b3-spanid: ([0-9a-f]+)\r\n", body)
                : found("traceparent: 00-" + TRACE + "-([0-9a-f]+)-01\r\n", body);
        assertThat(List.of(client.traceId(), server.traceId())).containsOnly(TRACE);
        assertThat(told).isEqualTo(client.id());
        assertThat(client.parentId()).isEqualTo(server.id());
        assertThat(server.name()).isEqualTo("http get");
        assertThat(server.tags()).containsEntry("status", "203").containsEntry("outcome", "SUCCESS")
                .containsEntry("http.url", "/a");
        assertThat(client.name()).isEqualTo("HTTP GET");
        assertThat(client.tags()).containsEntry("http.status_code", "203")
                .containsEntry("spring.cloud.gateway.route.id", "all");
        assertThat(SPANS).hasSize(2);
    }

    @Test
    void oneBeginsHere() {
        String body = gateway.get("/a").body();
        MutableSpan client = span(brave.Span.Kind.CLIENT);
        assertThat(body).contains(client.traceId()).contains(client.id());
        assertThat(parent(span(brave.Span.Kind.SERVER))).isNull();
    }

    private static @Nullable String parent(MutableSpan span) {
        return span.parentId();
    }
}
