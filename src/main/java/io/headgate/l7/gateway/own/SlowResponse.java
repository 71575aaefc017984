package io.headgate.l7.gateway.own;

import io.headgate.filter.Headers;
import io.headgate.filter.Request;
import io.headgate.filter.Response;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;

/** The head of an answer of the slow lane as a user's filter sees it. */
record SlowResponse(Request request, ServerHttpResponse answer) implements Response {

    @Override
    public int status() {
        HttpStatusCode status = answer.getStatusCode();
        return status == null ? 200 : status.value();
    }

    @Override
    public void status(int code) {
        answer.setStatusCode(HttpStatusCode.valueOf(code));
    }

    @Override
    public Headers headers() {
        return new SlowHeaders(answer.getHeaders());
    }
}
