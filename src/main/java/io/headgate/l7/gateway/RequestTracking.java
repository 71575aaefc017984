package io.headgate.l7.gateway;

import io.headgate.l7.Arrival;
import io.headgate.l7.DebugHeader;
import io.headgate.l7.Forwarding;
import io.headgate.l7.Https;
import io.headgate.l7.KeptBodies;
import io.headgate.l7.Lane;
import io.headgate.l7.Problem;
import io.headgate.l7.Problems;
import io.headgate.l7.RequestListener;
import io.headgate.l7.ServedRequest;
import io.headgate.l7.pages.ErrorPages;
import io.headgate.l7.route.HttpsRedirect;
import io.headgate.net.Memory;
import io.headgate.pool.Outcome;
import io.headgate.pool.Reason;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Ticker;
import java.net.InetSocketAddress;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.HttpHandlerDecoratorFactory;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/**
 * Wraps everything that Spring does with a request. At the very end, once the last byte of the answer is
 * written or the client has disconnected, it releases the member and notifies the listener, once.
 */
public final class RequestTracking implements HttpHandlerDecoratorFactory {

    private final RequestListener listener;
    private final OpenAttempts openAttempts;
    private final Ticker ticker;
    private final IntPredicate isManagement;
    private final BooleanSupplier debugHeader;
    private final Supplier<Forwarding> forwarding;
    private final KeptBodies kept;
    private final Problems problems;
    private final Supplier<ErrorPages> pages;

    /**
     * Tracks what comes by any other port.
     *
     * @param isManagement tells the management server's port: it shares this application's handlers, but its
     *            requests are not proxied
     * @param debugHeader whether answers tell how they came about
     * @param forwarding which peers are proxies, and whether requests have identifiers
     * @param kept what may be kept of bodies
     * @param problems the bodies of answers that say why there is no other
     * @param pages those in the place of these bodies
     */
    public RequestTracking(RequestListener listener, OpenAttempts openAttempts, Ticker ticker,
            IntPredicate isManagement,
            BooleanSupplier debugHeader, Supplier<Forwarding> forwarding, KeptBodies kept,
            Problems problems, Supplier<ErrorPages> pages) {
        this.pages = pages;
        this.forwarding = forwarding;
        this.problems = problems;
        this.kept = kept;
        this.debugHeader = debugHeader;
        this.isManagement = isManagement;
        this.listener = listener;
        this.openAttempts = openAttempts;
        this.ticker = ticker;
    }

    @Override
    public HttpHandler apply(HttpHandler handler) {
        return (request, response) -> isManaged(request)
                ? handler.handle(request, response)
                : Mono.defer(() -> track(handler, request, response));
    }

    private boolean isManaged(ServerHttpRequest request) {
        InetSocketAddress local = request.getLocalAddress();
        return local != null && isManagement.test(local.getPort());
    }

    private Mono<Void> track(HttpHandler handler, ServerHttpRequest request, ServerHttpResponse response) {
        if (Memory.PROCESS.isHeapFull()) {
            return refuse(request, response);
        }
        Arrival arrival = TrackedRequest.arrival(request);
        if (arrival.redirectPort() != 0) {
            return redirect(request, response, arrival);
        }
        long start = ticker.nanoTime();
        Forwarding now = forwarding.get();
        Channel client = TrackedRequest.channel(request);
        SlowRequest slow = new SlowRequest(client.eventLoop(), openAttempts,
                TrackedRequest.hasBody(request), kept.new Share(), arrival,
                TrackedRequest.client(request, now));
        TrackedRequest trackedRequest = new TrackedRequest(request, slow);
        TrackedResponse trackedResponse = new TrackedResponse(response, slow, client);
        slow.pages(new Pages(slow, trackedRequest.getHeaders(), pages.get()));
        trackedRequest.frameFor(response);
        if (now.requestId()) {
            slow.id(request.getHeaders().getFirst(Forwarding.REQUEST_ID.toString()));
        }
        if (debugHeader.getAsBoolean()) {
            response.beforeCommit(() -> Mono.fromRunnable(() -> response.getHeaders().set(DebugHeader.NAME,
                    DebugHeader.value(Lane.SLOW, slow.route(), slow.attempts().last()))));
        }
        return handler.handle(trackedRequest, trackedResponse)
                .doOnError(error -> failed(slow, trackedRequest, error))
                .doFinally(signal -> finish(slow, trackedRequest, trackedResponse, signal,
                        ticker.nanoTime() - start));
    }

    /** Redirects requests of a listener that only redirects, if the fast lane has left them to this one. */
    private Mono<Void> redirect(ServerHttpRequest request, ServerHttpResponse response, Arrival arrival) {
        String host = request.getHeaders().getFirst(HttpHeaders.HOST);
        int status = host == null ? Reason.BAD_REQUEST.status() : HttpsRedirect.STATUS;
        response.setStatusCode(HttpStatusCode.valueOf(status));
        response.getHeaders().setContentLength(0);
        if (host != null) {
            response.getHeaders().set(HttpHeaders.LOCATION,
                    Https.location(host, arrival.redirectPort(), target(request)));
        }
        listener.served(new ServedRequest(
                Forwarding.address(TrackedRequest.client(request, forwarding.get())),
                request.getMethod().name(), target(request), status,
                host == null ? Reason.BAD_REQUEST : null, Lane.SLOW, HttpsRedirect.ID, null, 0, 0, 0, 0, null,
                arrival.listener()));
        return response.setComplete();
    }

    /** Refuses a request while memory is short: on this lane, a request takes some 25 KB of the heap. */
    private Mono<Void> refuse(ServerHttpRequest request, ServerHttpResponse response) {
        byte[] body = problems.body(Reason.MEMORY_SHORT, target(request));
        int status = Reason.MEMORY_SHORT.status();
        response.setStatusCode(HttpStatusCode.valueOf(status));
        response.getHeaders().set(HttpHeaders.CONTENT_TYPE, Problem.CONTENT_TYPE);
        response.getHeaders().set(HttpHeaders.RETRY_AFTER, Problem.RETRY_AFTER);
        response.getHeaders().setContentLength(body.length);
        listener.served(new ServedRequest(
                Forwarding.address(TrackedRequest.client(request, forwarding.get())),
                request.getMethod().name(), target(request), status, Reason.MEMORY_SHORT, Lane.SLOW, null,
                null, 0, 0, body.length, 0, null, TrackedRequest.arrival(request).listener()));
        return GrpcRefusal.concerns(request)
                ? GrpcRefusal.answer(response, Reason.MEMORY_SHORT, status)
                : response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
    }

    /** Something failed after the answer had begun, too late for another answer. */
    private static void failed(SlowRequest slow, TrackedRequest request, Throwable error) {
        Reason lost = request.isConnected() ? slow.lost() : request.whyLost();
        Reason reason = lost != null ? lost : Failures.reason(error);
        slow.refused(reason);
        slow.release(reason.outcome());
    }

    private void finish(SlowRequest slow, TrackedRequest request, TrackedResponse response, SignalType signal,
            long nanos) {
        boolean left = signal == SignalType.CANCEL && !response.whole();
        // to Spring, an answer that could not be written to the end because its client is gone is a success
        if (!slow.isTunnel() && (left || (slow.reason() == null && response.cut()))) {
            slow.refused(request.whyLost());
            slow.release(Outcome.UNKNOWN);
        }
        int status = status(slow, response);
        if (slow.attempts().last() == null && slow.reason() == null && status >= 400) {
            slow.refused(Reason.FILTER_REFUSED);
        }
        slow.end(outcome(slow));
        listener.served(new ServedRequest(Forwarding.address(slow.client()),
                request.getMethod().name(), target(request), status, slow.reason(), Lane.SLOW, slow.route(),
                slow.attempts().last(), slow.attempts().count(), request.bytes() + slow.bytesIn(),
                response.bytes() + slow.bytesOut(), nanos, null, slow.arrival().listener(), slow.user(),
                slow.id(),
                slow.attempts())
                .with(slow.cache()));
    }

    /**
     * What the request says about its member: by the failure if there is one, otherwise by the member's own
     * answer. The answer of a filter or fallback does not count.
     */
    private static Outcome outcome(SlowRequest slow) {
        Reason reason = slow.reason();
        Outcome failure = reason == null ? Outcome.UNKNOWN : reason.outcome();
        return failure.failed() ? failure : slow.answer();
    }

    private static int status(SlowRequest slow, TrackedResponse response) {
        Reason reason = slow.reason();
        if (reason != null && !response.isCommitted()) {
            return reason.status();
        }
        HttpStatusCode status = response.getStatusCode();
        return status == null ? 200 : status.value();
    }

    /** A path, and a query where there is one. */
    static String target(ServerHttpRequest request) {
        @Nullable
        String query = request.getURI().getRawQuery();
        String path = request.getURI().getRawPath();
        return query == null ? path : path + "?" + query;
    }
}
