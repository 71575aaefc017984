package io.headgate.l7.fast;

import io.headgate.pool.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;

/** Has a member's connection after someone else, and writes down what it is given. */
final class NextUser implements UpstreamUser {

    final StringBuilder seen = new StringBuilder();

    @Override
    public void upstreamHead(HttpResponse head) {
        seen.append(head.status().code()).append(' ').append(head.headers().entries());
    }

    @Override
    public void upstreamContent(HttpContent content) {
        seen.append(content.content().toString(StandardCharsets.ISO_8859_1))
                .append(content instanceof LastHttpContent ? "." : "");
        content.release();
    }

    @Override
    public void upstreamBytes(ByteBuf bytes) {
        seen.append("bytes");
        bytes.release();
    }

    @Override
    public void upstreamReadComplete() {
        // an embedded channel reads without being asked
    }

    @Override
    public void upstreamWritabilityChanged() {
        // of no interest
    }

    @Override
    public void upstreamClosed() {
        seen.append("closed");
    }

    @Override
    public void upstreamBroken() {
        seen.append("broken");
    }

    @Override
    public void upstreamEvicted(Reason reason) {
        seen.append(reason);
    }
}
