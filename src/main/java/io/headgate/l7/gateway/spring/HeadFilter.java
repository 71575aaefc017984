package io.headgate.l7.gateway.spring;

import io.headgate.l7.route.Answer;
import io.headgate.l7.route.Condition;
import io.headgate.l7.route.Later;
import io.headgate.l7.route.RequestDraft;
import io.headgate.l7.route.RequestEdit;
import io.headgate.l7.route.ResponseDraft;
import io.headgate.l7.route.ResponseEdit;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A filter that works on Spring's exchanges, for one route. It runs when the request comes to its place among
 * the route's edits. What it lets pass goes on; what it answers is the client's. What it does after the rest
 * of its chain is done when the head of the answer comes, or at the end of the request.
 */
public final class HeadFilter {

    /** A filter that waits for longer has failed. */
    private static final Duration AT_MOST = Duration.ofSeconds(30);

    private final Work work;
    private final Condition concerns;
    private final Surroundings surroundings;
    private final Route route;

    /** What a filter does, whatever Spring's name for its kind is. */
    @FunctionalInterface
    public interface Work {

        Mono<Void> filter(ServerWebExchange exchange, Function<ServerWebExchange, Mono<Void>> next);
    }

    /**
     * Makes edits of a filter.
     *
     * @param concerns which requests it is asked about
     * @param route the route as filters see it
     */
    public HeadFilter(Work work, Condition concerns, Surroundings surroundings, Route route) {
        this.work = work;
        this.concerns = concerns;
        this.surroundings = surroundings;
        this.route = route;
    }

    /** What it does before a member is asked. */
    public RequestEdit before(boolean untilTheEnd) {
        return draft -> {
            if (concerns.matches(draft.received())) {
                Passage passage = new Passage(PassedHead.of(draft, surroundings, route));
                draft.whenOver(passage::over);
                if (!untilTheEnd) {
                    draft.note(this, passage);
                }
                passage.begin(draft);
            }
        };
    }

    /** What it does when the head of a member's answer has come. */
    public ResponseEdit after() {
        return answer -> {
            if (answer.request().find(this) instanceof Passage passage) {
                passage.answered(answer);
            }
        };
    }

    /** The last of all edits of an answer's head, if a route has any such filter. */
    public static ResponseEdit last() {
        return PassedHead::complete;
    }

    /** One request's way through it. */
    private final class Passage extends BaseSubscriber<Void> {

        private final PassedHead head;
        private final Sinks.Empty<Void> rest = Sinks.empty();
        private final CompletableFuture<RequestEdit> decision = new CompletableFuture<>();
        private volatile @Nullable Throwable failed;

        Passage(PassedHead head) {
            this.head = head;
        }

        void begin(RequestDraft draft) {
            ServerWebExchange exchange = head.exchange();
            Mono.defer(() -> work.filter(exchange, this::next)).then(Mono.defer(this::finished))
                    .contextWrite(head.context()).subscribe(this);
            if (decision.isDone()) {
                decision.resultNow().apply(draft);
                return;
            }
            Later later = draft.later(AT_MOST, late -> {
                cancel();
                late.answer(new Answer(503, List.of()));
            });
            later.whenAbandoned(this::cancel);
            decision.thenAccept(later::decide);
        }

        private Mono<Void> next(ServerWebExchange exchange) {
            return Mono.deferContextual(context -> {
                decision.complete(draft -> {
                    try {
                        head.passed(exchange, context);
                    } catch (UnsupportedOperationException e) {
                        failure(e).apply(draft);
                    }
                });
                return rest.asMono();
            });
        }

        /** It is through. If it has let nothing pass, it has answered. */
        private Mono<Void> finished() {
            return decision.isDone() ? Mono.empty() : head.response().setComplete();
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        protected void hookOnComplete() {
            decision.complete(draft -> {
                HeadResponse response = head.response();
                head.answered();
                draft.answer(new Answer(response.status(), response.all(), response.body()));
            });
        }

        @Override
        protected void hookOnError(Throwable error) {
            failed = error;
            decision.complete(failure(error));
        }

        private RequestEdit failure(Throwable error) {
            return head.surroundings().failures().of(error);
        }

        /** @throws IllegalArgumentException if it fails now */
        void answered(ResponseDraft answer) {
            if (head.isClosed()) {
                return; // a second answer to the same request, for the cache
            }
            head.response().show(answer.status(), answer.headers());
            rest.tryEmitEmpty();
            Throwable error = failed;
            if (error != null) {
                throw new IllegalArgumentException(String.valueOf(error.getMessage()), error);
            }
            head.response().applyTo(answer.headers());
            answer.status(head.response().status());
        }

        /** The request is over, with an answer or because nobody waits for it. */
        void over() {
            if (head.isClosed()) {
                rest.tryEmitEmpty();
            } else {
                cancel();
            }
        }
    }
}
