package io.headgate.l7.fast;

import io.headgate.pool.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;

/** The user of a connection to a member. It must release the data that it gets. */
interface UpstreamUser {

    void upstreamHead(HttpResponse head);

    void upstreamContent(HttpContent content);

    void upstreamBytes(ByteBuf bytes);

    /** All that had come is read; the user asks for more when it can take it. */
    void upstreamReadComplete();

    void upstreamWritabilityChanged();

    /** The connection is gone. */
    void upstreamClosed();

    /** The connection was closed because something of ours failed on it: it says nothing of the member. */
    void upstreamBroken();

    /** The connection was closed because the member must not be used any longer. */
    void upstreamEvicted(Reason reason);
}
