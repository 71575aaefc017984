package io.headgate.l7;

import io.headgate.pool.Reason;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/** Follows requests of the fast lane from process to process. */
@FunctionalInterface
public interface RequestTracer {

    /** A request has come. */
    Trace begin(HttpRequest request);

    /** What is told of one request. */
    interface Trace {

        /** A member is about to get it, with these headers; once for each attempt. */
        void sends(HttpHeaders headers, String route, String target);

        /**
         * It is over.
         *
         * @param reason why Headgate answered or cut the answer; null if a member has answered in full
         */
        void ended(int status, @Nullable Reason reason);
    }
}
