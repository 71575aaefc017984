package io.headgate.l7.gateway;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.CLIENT_RESPONSE_ATTR;

import io.headgate.l7.Grpc;
import io.headgate.l7.pages.ErrorPage;
import io.headgate.l7.pages.ErrorPages;
import io.headgate.l7.pages.Told;
import io.headgate.pool.Reason;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;

/** The pages that one request's client gets in the place of errors. */
final class Pages {

    /** A page, written out. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Text(ErrorPage page, byte[] bytes) {

        /** Says so in the head of the answer, of which the rest stays. */
        void describe(HttpHeaders headers) {
            headers.headerNames().stream().filter(ErrorPage.OF_BODY::contains).toList()
                    .forEach(headers::remove);
            headers.set(HttpHeaders.CONTENT_TYPE, page.contentType());
            headers.setContentLength(bytes.length);
            headers.add(HttpHeaders.VARY, HttpHeaders.ACCEPT);
        }
    }

    private final SlowRequest slow;
    private final HttpHeaders request;
    private final ErrorPages all;
    private volatile ErrorPages ofRoute = ErrorPages.NONE;
    private volatile @Nullable ServerWebExchange routed;
    private volatile boolean stored;

    /**
     * @param request the headers of the client's request
     * @param all those in the place of Headgate's own errors, where the route has none
     */
    Pages(SlowRequest slow, HttpHeaders request, ErrorPages all) {
        this.slow = slow;
        this.request = request;
        this.all = all;
    }

    /** Those of its route; what a member answers is noted in the exchange. */
    void ofRoute(ErrorPages pages, ServerWebExchange exchange) {
        ofRoute = pages;
        routed = exchange;
    }

    /** What is written from now on is an answer of a member's that was stored. */
    void stored() {
        stored = true;
    }

    /** The page in the place of the body that is about to be written; null if that is to be written. */
    @Nullable
    Text inPlaceOfBody(ServerHttpResponse answer) {
        ServerWebExchange exchange = routed;
        boolean isMembers = exchange != null && slow.reason() == null
                && (stored || exchange.getAttribute(CLIENT_RESPONSE_ATTR) != null);
        return isMembers && !answer.isCommitted() ? of(status(answer), true, null) : null;
    }

    /** The page for an answer of Headgate's own that would have no body. */
    @Nullable
    Text inPlaceOfNothing(ServerHttpResponse answer) {
        return answer.isCommitted() || answer.getHeaders().getContentLength() > 0
                ? null
                : of(status(answer), false, Objects.requireNonNullElse(slow.reason(), Reason.FILTER_REFUSED));
    }

    private static int status(ServerHttpResponse answer) {
        HttpStatusCode status = answer.getStatusCode();
        return status == null ? 200 : status.value();
    }

    /** The page for an answer of Headgate's own. */
    @Nullable
    Text of(int status, Reason reason) {
        return of(status, false, reason);
    }

    private @Nullable Text of(int status, boolean ofMember, @Nullable Reason reason) {
        if (status < 400 || Grpc.is(request.getFirst(HttpHeaders.CONTENT_TYPE))) {
            return null;
        }
        List<String> accept = request.getOrEmpty(HttpHeaders.ACCEPT);
        ErrorPage page = ofRoute.find(status, ofMember, accept);
        if (page == null && !ofMember) {
            page = all.find(status, false, accept);
        }
        return page == null ? null : new Text(page, page.render(Told.of(status, reason, slow.id())));
    }
}
