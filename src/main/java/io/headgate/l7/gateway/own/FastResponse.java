package io.headgate.l7.gateway.own;

import io.headgate.filter.Headers;
import io.headgate.filter.Request;
import io.headgate.filter.Response;
import io.headgate.l7.route.ResponseDraft;

/** The head of an answer of the fast lane as a user's filter sees it. */
record FastResponse(ResponseDraft draft) implements Response {

    @Override
    public int status() {
        return draft.status();
    }

    @Override
    public void status(int code) {
        draft.status(code);
    }

    @Override
    public Headers headers() {
        return new FastHeaders(draft.headers());
    }

    @Override
    public Request request() {
        return new FastRequest(draft.request());
    }
}
