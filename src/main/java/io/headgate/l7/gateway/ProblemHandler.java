package io.headgate.l7.gateway;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.CLIENT_RESPONSE_ATTR;

import io.headgate.l7.Problem;
import io.headgate.l7.Problems;
import io.headgate.l7.route.Answer;
import io.headgate.l7.route.RequestEdit;
import io.headgate.net.Shortage;
import io.headgate.pool.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.client.HttpStatusCodeException;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;

/** Answers for a request that no member answered, with the reason. Comes before Boot's error page. */
public final class ProblemHandler implements WebExceptionHandler, Ordered {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemHandler.class);

    private final Problems problems;

    public ProblemHandler(Problems problems) {
        this.problems = problems;
    }

    @Override
    public int getOrder() {
        return -2; // Boot's is -1
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable error) {
        ServerHttpResponse response = exchange.getResponse();
        SlowRequest slow = SlowRequest.find(exchange).orElse(null);
        if (slow == null || response.isCommitted()) {
            return Mono.error(error); // cuts the connection: the client must not take half an answer for a
                                      // whole one
        }
        Reason lost = slow.lost();
        if (lost != null) {
            slow.refused(lost);
            response.setStatusCode(HttpStatusCode.valueOf(lost.status()));
            return Mono.empty(); // nobody is there to be told
        }
        Reason reason = Failures.reason(error);
        slow.refused(reason);
        if (reason == Reason.INTERNAL_ERROR && !Shortage.isCauseOf(error)) {
            LOG.error("{} {} failed", exchange.getRequest().getMethod(),
                    exchange.getRequest().getURI().getRawPath(),
                    error);
        }
        int status = status(error, reason);
        if (GrpcRefusal.concerns(exchange.getRequest())) {
            response.getHeaders().clear();
            return GrpcRefusal.answer(response, reason, status);
        }
        response.setStatusCode(HttpStatusCode.valueOf(status));
        HttpHeaders headers = response.getHeaders();
        if (exchange.getAttribute(CLIENT_RESPONSE_ATTR) != null) {
            headers.clear(); // a member's, and what the route made of them: they are about another body
        }
        ServerHttpRequest request = exchange.getRequest();
        String id = slow.id();
        Pages.Text page = slow.pages() == null ? null : slow.pages().of(status, reason);
        byte[] body = page != null
                ? page.bytes()
                : problems.body(reason, status, RequestTracking.target(request),
                        id != null ? id : request.getId(), message(error, reason));
        if (page != null) {
            page.describe(headers);
        } else {
            headers.set(HttpHeaders.CONTENT_TYPE, Problem.CONTENT_TYPE);
            headers.setContentLength(body.length);
        }
        if (status == 503) {
            headers.set(HttpHeaders.RETRY_AFTER, Problem.RETRY_AFTER);
        }
        DataBuffer buffer = response.bufferFactory().wrap(body);
        return response.writeWith(Mono.just(buffer));
    }

    /** What becomes of a request of the fast lane of which a filter made for Spring says this. */
    public RequestEdit refusal(Throwable error) {
        Reason reason = Failures.reason(error);
        int status = status(error, reason);
        String message = message(error, reason);
        return draft -> {
            if (reason == Reason.INTERNAL_ERROR && !Shortage.isCauseOf(error)) {
                LOG.error("{} {} failed", draft.received().method(), draft.received().path(), error);
            }
            if (status == reason.status()) {
                draft.refuse(reason);
                return;
            }
            byte[] body = problems.body(reason, status, draft.received().target(), null, message);
            draft.answer(new Answer(status, List.of(HttpHeaders.CONTENT_TYPE, Problem.CONTENT_TYPE), body,
                    reason));
        };
    }

    /** The message that Boot would show: that of an exception which is not Headgate's own. */
    private static @Nullable String message(Throwable error, Reason reason) {
        return switch (error) {
            case ResponseStatusException refused -> refused.getReason();
            case Throwable unknown when reason == Reason.INTERNAL_ERROR -> unknown.getMessage();
            default -> reason.description();
        };
    }

    /** A filter's refusal keeps the status that the filter chose, a member's failure the member's. */
    private static int status(Throwable error, Reason reason) {
        return switch (error) {
            case HttpStatusCodeException theirs when reason == Reason.MEMBER_ERROR ->
                theirs.getStatusCode().value();
            case ResponseStatusException chosen when reason == Reason.FILTER_REFUSED ->
                chosen.getStatusCode().value();
            default -> reason.status();
        };
    }
}
