package io.headgate.l7.fast;

import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;

/** Follows one request through the slow lane, by what goes in and what comes out. */
final class SlowTurn {

    private boolean requestComplete;
    private boolean answered;
    private boolean informational;
    private boolean closes;

    void inbound(Object message) {
        if (message instanceof HttpRequest) {
            requestComplete = false;
            answered = false;
            informational = false;
        }
        if (message instanceof LastHttpContent) {
            requestComplete = true;
        }
    }

    void outbound(Object message) {
        if (message instanceof HttpResponse response) {
            informational = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
            closes = !informational && !HttpUtil.isKeepAlive(response);
        }
        if (message instanceof LastHttpContent && !informational) {
            answered = true;
        }
    }

    boolean isRequestComplete() {
        return requestComplete;
    }

    /** The answer is the last one on its connection: what the client has sent behind is not served. */
    boolean closes() {
        return closes;
    }

    /** Both sides of the request have been seen to their ends. */
    boolean isOver() {
        return requestComplete && answered;
    }
}
