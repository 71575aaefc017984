package io.headgate.l7.gateway;

import io.headgate.l7.client.Refused;
import io.headgate.pool.Reason;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import reactor.core.publisher.Flux;
import reactor.netty.Connection;

/** Counts the bytes of the request's body, and notices when the rest of it will not come. */
final class TrackedRequest extends ServerHttpRequestDecorator {

    private final Call call;
    private long bytes;

    TrackedRequest(ServerHttpRequest delegate, Call call) {
        super(delegate);
        this.call = call;
    }

    long bytes() {
        return bytes;
    }

    @Override
    public Flux<DataBuffer> getBody() {
        return super.getBody().doOnNext(buffer -> bytes += buffer.readableByteCount())
                .doOnError(error -> call.lost(whyLost()));
    }

    /** Why there is no client any more: the guard has closed the connection, or the client has. */
    Reason whyLost() {
        Object connection = getNativeRequest(this);
        Reason refused = connection instanceof Connection c ? Refused.why(c.channel()) : null;
        return refused != null ? refused : Reason.CLIENT_GONE;
    }
}
