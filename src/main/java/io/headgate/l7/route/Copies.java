package io.headgate.l7.route;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/** Sends copies of requests, and drops their answers. All of it belongs to the event loop of the client. */
public interface Copies {

    /**
     * Begins one, if the rule draws the request and there is room.
     *
     * @param client who has sent the request
     * @param request the copy's own, as the filters of the route have left it
     * @param keepsHost whether the pool gets its Host header instead of a member's address
     */
    @Nullable
    Copy begin(Channel client, Mirroring rule, HttpRequest request, boolean keepsHost);

    /** A copy that is under way. Nothing of it fails its request. */
    interface Copy {

        /**
         * A part of the body.
         *
         * @param bytes are copied
         * @param last whether it is the end
         */
        void add(ByteBuf bytes, boolean last);

        /** No more of the request has come for now. */
        void flush();

        /** The rest of the request does not come. */
        void end();
    }
}
