package io.headgate.l7.route;

import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/** An answer's head on its way to the client, as the edits of its route change it. */
public final class ResponseDraft {

    private final RequestDraft request;
    private final HttpHeaders headers;
    private int status;
    private @Nullable BodyChange bodyChange;

    public ResponseDraft(RequestDraft request, int status, HttpHeaders headers) {
        this.request = request;
        this.status = status;
        this.headers = headers;
    }

    public RequestDraft request() {
        return request;
    }

    public HttpHeaders headers() {
        return headers;
    }

    public int status() {
        return status;
    }

    public void status(int code) {
        status = code;
    }

    /** The body is changed on its way to the client, after the changes that there are already. */
    public void changeBody(BodyChange change) {
        bodyChange = bodyChange == null ? change : bodyChange.then(change);
    }

    /** What changes the body on its way to the client; null for nothing. */
    public @Nullable BodyChange bodyChange() {
        return bodyChange;
    }
}
