package io.headgate.observe;

import io.headgate.l7.RequestTracer;
import io.headgate.pool.Reason;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Makes the spans of a request on the fast lane, with the names and tags that Spring's and Spring Cloud
 * Gateway's observations give those of the slow one: one for the request, and within it one for each attempt
 * on a member.
 */
public final class Spans implements RequestTracer {

    private final Tracer tracer;
    private final Propagator propagator;

    public Spans(Tracer tracer, Propagator propagator) {
        this.tracer = tracer;
        this.propagator = propagator;
    }

    @Override
    public Trace begin(HttpRequest request) {
        String method = request.method().name();
        String target = request.uri();
        int mark = target.indexOf('?');
        Span span = propagator.extract(request.headers(), (headers, name) -> headers.get(name))
                .kind(Span.Kind.SERVER).name("http " + method.toLowerCase(Locale.ROOT)).tag("method", method)
                .tag("uri", "UNKNOWN").tag("http.url", mark < 0 ? target : target.substring(0, mark)).start();
        return new Both(method, span);
    }

    private final class Both implements Trace {

        private final String method;
        private final Span server;
        private @Nullable Span client;

        Both(String method, Span server) {
            this.method = method;
            this.server = server;
        }

        @Override
        public void sends(HttpHeaders headers, String route, String target) {
            Span before = client;
            if (before != null) {
                before.tag("http.status_code", "UNKNOWN").end(); // an attempt that failed
            }
            Span span = tracer.spanBuilder().setParent(server.context()).kind(Span.Kind.CLIENT)
                    .name("HTTP " + method).tag("http.method", method).tag("http.uri", target)
                    .tag("spring.cloud.gateway.route.id", route).start();
            client = span;
            propagator.inject(span.context(), headers, (_, name, value) -> headers.set(name, value));
        }

        @Override
        public void ended(int status, @Nullable Reason reason) {
            Span span = client;
            if (span != null) {
                span.tag("http.status_code", reason == null ? Integer.toString(status) : "UNKNOWN").end();
            }
            server.tag("status", Integer.toString(status)).tag("outcome", HttpServerRequests.series(status))
                    .tag("exception", reason == null ? "none" : reason.code()).end();
        }
    }
}
