package io.headgate.l7.gateway;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpClientCodec;
import reactor.netty.Connection;
import reactor.netty.ConnectionObserver;
import reactor.netty.http.client.HttpClient;

/**
 * Puts the handlers that watch over a member's answers into each new HTTP/1.1 connection. Reactor Netty keeps
 * a pool of connections for each set of observers, so a WebSocket never gets a connection that was made for
 * plain requests.
 */
final class MemberPipeline implements ConnectionObserver {

    private MemberPipeline() {
    }

    static HttpClient watched(HttpClient client) {
        return AnnouncedEnd.watched(client.observe(new MemberPipeline()));
    }

    @Override
    public void onStateChange(Connection connection, State state) {
        if (state.equals(State.CONNECTED)) { // once; the others come with every request
            ChannelPipeline pipeline = connection.channel().pipeline();
            ChannelHandlerContext codec = pipeline.context(HttpClientCodec.class);
            if (codec != null) {
                pipeline.addAfter(codec.name(), null, new AnnouncedEnd());
                pipeline.addAfter(codec.name(), null, new FinalAnswers(false));
                pipeline.addAfter(codec.name(), null, new HeadDeadline());
                pipeline.addAfter(codec.name(), null, new Unasked(codec));
                pipeline.addAfter(codec.name(), null, new LoggedIn());
            }
        }
    }
}
