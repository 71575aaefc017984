package io.headgate.l7.gateway.keyed;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.l7.route.Answer;
import io.headgate.l7.route.FastRoute;
import io.headgate.l7.route.RequestDraft;
import io.headgate.l7.route.RequestView;
import io.headgate.l7.route.Target;
import io.headgate.testing.PlainLimiter;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import reactor.core.publisher.Mono;

class KeyedLimitTest {

    /** Is not asked, because there is never a key. */
    private static final class Nobody implements PlainLimiter {

        @Override
        public Mono<Response> isAllowed(String route, String key) {
            throw new AssertionError();
        }
    }

    private final AtomicInteger cancelled = new AtomicInteger();
    private final List<Route> told = new ArrayList<>();
    private final KeyedLimit limit = new KeyedLimit(exchange -> {
        told.add(exchange.getRequiredAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR));
        return Mono.<String>never().doOnCancel(cancelled::incrementAndGet);
    }, new Nobody(), "r", new Answer(429, List.of()), null);

    private RequestDraft asked() {
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
        request.headers().set("Host", "h");
        RequestDraft draft = new RequestDraft(new RequestView(request, null, bound -> 0),
                new FastRoute("r", List.of(limit), List.of(), List.of(), new Target.Nobody(), null, null));
        draft.edit();
        assertThat(draft.pending()).isNotNull();
        return draft;
    }

    @Test
    void whoNeverAnswersIsAskedNoLongerWhenTheRequestGoesOn() {
        RequestDraft draft = asked();
        Objects.requireNonNull(draft.pending()).expire();
        draft.edit();
        assertThat(cancelled).hasValue(1);
        assertThat(draft.pending()).isNull();
        assertThat(draft.answer()).isNull();
        assertThat(draft.refusal()).isNull();
    }

    @Test
    void whoNeverAnswersIsAskedNoLongerWhenTheRequestIsOver() {
        asked().abandon();
        assertThat(cancelled).hasValue(1);
    }

    @Test
    void allRequestsOfARouteAreToldTheSame() {
        asked();
        asked();
        assertThat(told).hasSize(2).allMatch(route -> route.getId().equals("r"));
        assertThat(told.getFirst()).isSameAs(told.getLast());
    }
}
