package io.headgate.l7.gateway.own;

import io.headgate.filter.BodyTransform;
import io.headgate.filter.Decision;
import io.headgate.filter.Filter;
import io.headgate.filter.Request;
import io.headgate.filter.Response;
import io.headgate.l7.gateway.GrpcRefusal;
import io.headgate.l7.route.BodyChange;
import io.headgate.l7.route.RequestEdit;
import io.headgate.l7.route.ResponseDraft;
import io.headgate.l7.route.ResponseEdit;
import io.headgate.pool.Reason;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** A filter of a user's own, for the slow lane as it is, and compiled for the fast one. */
public final class OwnFilter implements GatewayFilter {

    private static final Logger LOG = LoggerFactory.getLogger(OwnFilter.class);

    private static final Decision.Answer LATE = Decision.answer(503);

    private final Filter filter;
    private final String name;
    private final boolean changesAnswers;
    private final boolean changesRequestBodies;
    private final boolean changesAnswerBodies;

    OwnFilter(Filter filter, String name) {
        this.filter = filter;
        this.name = name;
        this.changesRequestBodies = has(filter, "requestBody", Request.class);
        this.changesAnswerBodies = has(filter, "responseBody", Response.class);
        this.changesAnswers = changesAnswerBodies || has(filter, "response", Response.class);
    }

    /** Whether it has a method of its own for that. */
    private static boolean has(Filter filter, String name, Class<?> argument) {
        var method = ReflectionUtils.findMethod(filter.getClass(), name, argument);
        return method != null && method.getDeclaringClass() != Filter.class;
    }

    /** What it makes of the body of a request that goes on; null for nothing. */
    @Nullable
    BodyChange requestBody(Request request) {
        BodyTransform transform = changesRequestBodies ? filter.requestBody(request) : null;
        return transform == null ? null : new OwnBody(transform, this);
    }

    private @Nullable BodyChange responseBody(Response response) {
        BodyTransform transform = changesAnswerBodies ? filter.responseBody(response) : null;
        return transform == null ? null : new OwnBody(transform, this);
    }

    private void answer(ResponseDraft answer) {
        FastResponse response = new FastResponse(answer);
        filter.response(response);
        BodyChange change = responseBody(response);
        if (change != null) {
            answer.changeBody(change);
        }
    }

    // The fast lane

    /** What it does to a request of the fast lane. */
    public RequestEdit beforeMember() {
        return new FastFilter(this);
    }

    /** What it does to an answer of the fast lane; null for nothing. */
    public @Nullable ResponseEdit afterMember() {
        return changesAnswers ? this::answer : null;
    }

    boolean isBlocking() {
        return filter.isBlocking();
    }

    Filter filter() {
        return filter;
    }

    /** Decides on a thread of its own. */
    Decision.Later decideElsewhere(Request request) {
        return new Decision.Later(Elsewhere.begin(() -> filter.request(request)), filter.atMost());
    }

    void failed(Throwable error) {
        LOG.warn("The filter {} has failed", name, error);
    }

    // The slow lane

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        SlowExchange request = new SlowExchange(exchange);
        return Mono.defer(() -> decided(isBlocking() ? decideElsewhere(request) : filter.request(request)))
                .onErrorMap(error -> {
                    failed(error);
                    return new IllegalStateException("the filter " + name + " has failed"); // without what it
                                                                                            // says of a
                                                                                            // member
                })
                .flatMap(decision -> decision instanceof Decision.Answer answer
                        ? answer(exchange, answer)
                        : goOn(request, chain));
    }

    private static Mono<Decision> decided(Decision decision) {
        return switch (decision) {
            case Decision.Later later -> within(later).flatMap(OwnFilter::decided);
            case Decision.Answer answer -> Mono.just(answer);
            case Decision.GoOn on -> Mono.just(on);
        };
    }

    private static Mono<Decision> within(Decision.Later later) {
        CompletionStage<Decision> stage = later.decision();
        return Mono.fromCompletionStage(stage).timeout(later.atMost(), Mono.just(LATE));
    }

    private Mono<Void> goOn(SlowExchange request, GatewayFilterChain chain) {
        BodyChange change = requestBody(request);
        ServerWebExchange next = request.changed(change);
        Mono<Void> asked = chain.filter(next);
        return !changesAnswers ? asked : asked.then(Mono.fromRunnable(() -> {
            if (!next.getResponse().isCommitted()) {
                SlowResponse response = new SlowResponse(request, next.getResponse());
                filter.response(response);
                BodyChange changed = responseBody(response);
                if (changed != null) {
                    SlowBodies.changeAnswer(next, changed);
                }
            }
        }));
    }

    private static Mono<Void> answer(ServerWebExchange exchange, Decision.Answer answer) {
        ServerHttpResponse response = exchange.getResponse();
        response.setStatusCode(HttpStatusCode.valueOf(answer.status()));
        List<String> headers = answer.headers();
        for (int i = 0; i < headers.size(); i += 2) {
            response.getHeaders().add(headers.get(i), headers.get(i + 1));
        }
        if (answer.status() >= 400 && GrpcRefusal.concerns(exchange.getRequest())) {
            return GrpcRefusal.answer(response, Reason.FILTER_REFUSED, answer.status());
        }
        if (answer.body().length == 0) {
            return response.setComplete();
        }
        response.getHeaders().setContentLength(answer.body().length);
        DataBuffer body = response.bufferFactory().wrap(answer.body());
        return response.writeWith(Mono.just(body));
    }
}
