package io.headgate.l7.pages;

import io.headgate.pool.Reason;
import io.netty.handler.codec.http.HttpResponseStatus;
import org.jspecify.annotations.Nullable;

/**
 * What a page says of a request.
 *
 * @param status of its answer
 * @param title what the status is called
 * @param reason the code of the reason; empty for a member's answer
 * @param detail what the reason means; empty for a member's answer
 * @param requestId as it stands in the access log; empty if requests have none
 */
public record Told(int status, String title, String reason, String detail, String requestId) {

    public static Told of(int status, @Nullable Reason reason, @Nullable String requestId) {
        return new Told(status, HttpResponseStatus.valueOf(status).reasonPhrase(),
                reason == null ? "" : reason.code(), reason == null ? "" : reason.description(),
                requestId == null ? "" : requestId);
    }
}
