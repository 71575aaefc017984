package io.headgate.l7.gateway;

import io.headgate.l7.ConnectionLogin;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import reactor.netty.Connection;

/**
 * Ends a connection to a member on which a client logs in, see {@link ConnectionLogin}, with its exchange:
 * Reactor Netty would give it to the next request of any client.
 */
final class LoggedIn extends ChannelDuplexHandler {

    private boolean login;

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the promise tells
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof HttpRequest request) {
            HttpHeaders headers = request.headers();
            login |= ConnectionLogin.isIn(headers, HttpHeaderNames.AUTHORIZATION)
                    || ConnectionLogin.isIn(headers, HttpHeaderNames.PROXY_AUTHORIZATION);
        }
        ctx.write(message, promise);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpResponse response) {
            HttpHeaders headers = response.headers();
            login |= ConnectionLogin.isIn(headers, HttpHeaderNames.WWW_AUTHENTICATE)
                    || ConnectionLogin.isIn(headers, HttpHeaderNames.PROXY_AUTHENTICATE);
            if (login) {
                Connection.from(ctx.channel()).markPersistent(false);
            }
        }
        ctx.fireChannelRead(message);
    }
}
