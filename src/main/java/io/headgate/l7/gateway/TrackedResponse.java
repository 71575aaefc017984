package io.headgate.l7.gateway;

import io.headgate.pool.Reason;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Carries the {@link SlowRequest}, and counts the bytes of the answer's body. Drops a body that the status
 * does not allow, for example after a filter has changed the status to 204: Reactor Netty ends such an answer
 * with its head, and would fail on the body.
 */
final class TrackedResponse extends ServerHttpResponseDecorator {

    private static final int RESET_CONTENT = 205;
    private static final int MOST_UNWANTED = 64 * 1024;
    private static final Duration LONGEST_UNWANTED = Duration.ofSeconds(1);

    private final SlowRequest slow;
    private final Channel client;
    private long bytes;
    private boolean begun;
    private boolean whole;

    /** @param client the connection, or the stream, that it goes to */
    TrackedResponse(ServerHttpResponse delegate, SlowRequest slow, Channel client) {
        super(delegate);
        this.slow = slow;
        this.client = client;
    }

    SlowRequest slow() {
        return slow;
    }

    long bytes() {
        return bytes;
    }

    /** Whether a body was begun that has not been handed over whole. */
    boolean cut() {
        return begun && !whole;
    }

    /** Whether the whole body was handed over: a client that leaves now has missed nothing. */
    boolean whole() {
        return whole;
    }

    @Override
    public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
        return Mono.defer(() -> {
            Pages.Text page = inPlaceOfBody();
            return page != null ? replace(body, page) : hasNoBody() ? withoutBody(body) : write(body);
        });
    }

    private Pages.@Nullable Text inPlaceOfBody() {
        Pages pages = slow.pages();
        return pages == null ? null : pages.inPlaceOfBody(this);
    }

    /**
     * Replaces the member's body. A short one is read to its end, so that the member's connection can serve
     * again; a longer one closes that connection.
     */
    private Mono<Void> replace(Publisher<? extends DataBuffer> unwanted, Pages.Text page) {
        AtomicLong read = new AtomicLong();
        return Flux.from(unwanted).map(part -> {
            int bytes = part.readableByteCount();
            DataBufferUtils.release(part);
            return read.addAndGet(bytes);
        }).takeUntil(bytes -> bytes > MOST_UNWANTED)
                .take(LONGEST_UNWANTED, Schedulers.fromExecutorService(slow.loop())).then().onErrorComplete()
                .then(Mono.defer(() -> write(page)));
    }

    private Mono<Void> write(Pages.Text page) {
        page.describe(getHeaders());
        return write(Mono.just(bufferFactory().wrap(page.bytes())));
    }

    @Override
    public Mono<Void> setComplete() {
        return Mono.defer(() -> {
            Pages pages = slow.pages();
            Pages.Text page = pages == null ? null : pages.inPlaceOfNothing(this);
            return page == null ? super.setComplete() : write(page);
        });
    }

    private Mono<Void> write(Publisher<? extends DataBuffer> body) {
        begun = true;
        return watched(super.writeWith(body instanceof Mono<? extends DataBuffer> mono
                ? mono.onErrorMap(TrackedResponse::broken).doOnNext(this::count).doOnSuccess(buffer -> end())
                : PacedBody.of(Flux.from(body).cast(DataBuffer.class).onErrorMap(TrackedResponse::broken)
                        .doOnNext(this::count).doOnComplete(this::end), null, slow.loop())));
    }

    /** Watches the writing; the result must be subscribed to at once. */
    private Mono<Void> watched(Mono<Void> writing) {
        AnswerWatch watch = AnswerWatch.begin(slow, client);
        return writing.doFinally(signal -> watch.end());
    }

    @Override
    public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
        return Mono.defer(() -> {
            Pages.Text page = inPlaceOfBody();
            return page != null
                    ? replace(Flux.from(body).concatMap(part -> part), page)
                    : writeAndFlush(body);
        });
    }

    private Mono<Void> writeAndFlush(Publisher<? extends Publisher<? extends DataBuffer>> body) {
        return hasNoBody()
                ? withoutBody(Flux.from(body).concatMap(part -> part))
                : watched(super.writeAndFlushWith(Flux.from(body).onErrorMap(TrackedResponse::broken)
                        .map(part -> Flux.from(part).doOnNext(this::count))
                        .doOnComplete(this::end)));
    }

    /**
     * Hides a reset by the member from Spring, which would mistake it for one by the client, and end the
     * answer as if it were whole.
     */
    private static Throwable broken(Throwable error) {
        Reason reason = Failures.reason(error);
        return reason == Reason.UPSTREAM_RESET ? new Failure(reason, null) : error;
    }

    private boolean hasNoBody() {
        HttpStatusCode status = getStatusCode();
        return status != null
                && (status.value() == 204 || status.value() == RESET_CONTENT || status.value() == 304);
    }

    /** All of the body is read, so that the member's connection can serve again. */
    private Mono<Void> withoutBody(Publisher<? extends DataBuffer> body) {
        return Flux.from(body).doOnNext(DataBufferUtils::release).then(Mono.defer(() -> {
            getHeaders().remove(HttpHeaders.CONTENT_LENGTH);
            getHeaders().remove(HttpHeaders.TRANSFER_ENCODING);
            HttpStatusCode status = getStatusCode();
            if (status != null && status.value() == RESET_CONTENT) {
                getHeaders().setContentLength(0); // the others say by themselves that nothing follows
            }
            end();
            return setComplete();
        }));
    }

    private void count(DataBuffer buffer) {
        bytes += buffer.readableByteCount();
    }

    private void end() {
        whole = true;
    }
}
