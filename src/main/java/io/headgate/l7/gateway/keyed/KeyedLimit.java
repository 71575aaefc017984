package io.headgate.l7.gateway.keyed;

import io.headgate.l7.gateway.spring.PassedHead;
import io.headgate.l7.route.Answer;
import io.headgate.l7.route.Later;
import io.headgate.l7.route.RequestDraft;
import io.headgate.l7.route.RequestEdit;
import io.headgate.pool.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.gateway.filter.ratelimit.KeyResolver;
import org.springframework.cloud.gateway.filter.ratelimit.RateLimiter;
import org.springframework.cloud.gateway.route.Route;
import reactor.core.publisher.Mono;

/**
 * The filter RequestRateLimiter: asks a RateLimiter about the key that a KeyResolver gives. Both may take
 * their time, and the client is not read from meanwhile. As with Redis's limiter, which lets requests pass
 * when Redis fails, a request does not depend on it: after five seconds it goes on.
 */
public final class KeyedLimit implements RequestEdit {

    private static final Logger LOG = LoggerFactory.getLogger(KeyedLimit.class);

    private static final Duration AT_MOST = Duration.ofSeconds(5);
    private static final RequestEdit GOES_ON = draft -> {
        // so it does
    };

    private final KeyResolver keys;
    private final RateLimiter<?> limiter;
    private final String route;
    private final Route told;
    private final Answer refused;
    private final Mono<RequestEdit> keyless;

    /**
     * Asks these.
     *
     * @param refused the answer beyond the limit
     * @param keyless the answer to a request without a key; null if it goes on
     */
    public KeyedLimit(KeyResolver keys, RateLimiter<?> limiter, String route, Answer refused,
            @Nullable Answer keyless) {
        this.keys = keys;
        this.limiter = limiter;
        this.route = route;
        this.told = HeadExchange.route(route);
        this.refused = refused;
        this.keyless = Mono.just(keyless == null ? GOES_ON : draft -> draft.answer(keyless));
    }

    @Override
    public void apply(RequestDraft draft) {
        CompletableFuture<@Nullable RequestEdit> asked = decision(new HeadExchange(draft, told))
                .contextWrite(PassedHead.contextOf(draft)).toFuture();
        if (asked.isDone()) {
            decided(asked).apply(draft);
            return;
        }
        Later later = draft.later(AT_MOST, late -> asked.cancel(false));
        later.whenAbandoned(() -> asked.cancel(false));
        asked.whenComplete((edit, error) -> later.decide(decided(asked)));
    }

    private Mono<RequestEdit> decision(HeadExchange exchange) {
        return Mono.defer(() -> keys.resolve(exchange))
                .flatMap(key -> limiter.isAllowed(route, key).map(this::edit)).switchIfEmpty(keyless);
    }

    private RequestEdit edit(RateLimiter.Response response) {
        List<String> headers = new ArrayList<>();
        response.getHeaders().forEach((name, value) -> {
            headers.add(name);
            headers.add(value);
        });
        return draft -> {
            List<String> all = new ArrayList<>(draft.toClient());
            all.addAll(headers);
            draft.toClient(all);
            if (!response.isAllowed()) {
                draft.answer(refused);
            }
        };
    }

    private RequestEdit decided(CompletableFuture<@Nullable RequestEdit> asked) {
        if (asked.state() == CompletableFuture.State.SUCCESS) {
            return Objects.requireNonNullElse(asked.resultNow(), GOES_ON);
        }
        if (asked.state() == CompletableFuture.State.FAILED) {
            LOG.warn("RequestRateLimiter of route {} has failed", route, asked.exceptionNow());
        }
        return draft -> draft.refuse(Reason.INTERNAL_ERROR);
    }
}
