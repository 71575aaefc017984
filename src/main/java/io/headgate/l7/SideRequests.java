package io.headgate.l7;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import java.util.concurrent.CompletableFuture;

/** Asks pools on the account of a client, whose own request waits meanwhile. */
public interface SideRequests {

    /**
     * Asks. The request gets the client's forwarded headers, and the address of the member as its host.
     *
     * @param client the connection of the client, or its stream
     * @param request without a body, and with the client's host
     * @return completes on the client's event loop; fails if the pool gives no answer. Who cancels it ends
     *         the request.
     */
    CompletableFuture<SideAnswer> ask(Channel client, String pool, HttpRequest request);

    /**
     * What the pool says.
     *
     * @param headers without those of the connection
     * @param body empty if it was larger than Headgate keeps
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record SideAnswer(int status, HttpHeaders headers, byte[] body) {}
}
