package io.headgate.l7.gateway;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.ServerWebExchangeDecorator;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.NettyInbound;
import reactor.netty.NettyOutbound;

/**
 * A member's connection as Spring Cloud Gateway's filters see it. They dispose of it on the client's event
 * loop when the client leaves. At that moment, the answer may end on the connection's own loop: Reactor Netty
 * then gives the connection to the next request before it marks it as returned, and disposing of it would
 * close the connection of another request. So it is disposed of on its own loop, where nothing else happens
 * meanwhile.
 */
final class LeasedConnection implements Connection {

    private final Connection connection;

    LeasedConnection(Connection connection) {
        this.connection = connection;
    }

    /** The same exchange, for filters that come after this. */
    static ServerWebExchange in(ServerWebExchange exchange) {
        return new ServerWebExchangeDecorator(exchange) {

            @Override
            @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // as it is declared
            public <T> @Nullable T getAttribute(String name) {
                Object value = super.getAttribute(name);
                return (T) (value instanceof Connection raw && CLIENT_RESPONSE_CONN_ATTR.equals(name)
                        ? new LeasedConnection(raw)
                        : value);
            }
        };
    }

    @Override
    public void dispose() {
        Channel channel = connection.channel();
        EventLoop loop = channel.isRegistered() ? channel.eventLoop() : null;
        if (loop == null || loop.inEventLoop() || loop.isShuttingDown()) {
            disposeHere();
        } else {
            loop.execute(this::disposeHere);
        }
    }

    /** A tunnel closes the connection itself, after what is left for the member. */
    private void disposeHere() {
        Tunnel tunnel = Switching.tunnel(connection.channel());
        if (tunnel == null) {
            connection.dispose(); // where it was given back, only what is left of the answer
        } else {
            tunnel.end(null);
        }
    }

    @Override
    public boolean isDisposed() {
        return connection.isDisposed();
    }

    @Override
    public Channel channel() {
        return connection.channel();
    }

    @Override
    public NettyInbound inbound() {
        return connection.inbound();
    }

    @Override
    public NettyOutbound outbound() {
        return connection.outbound();
    }

    @Override
    public <T extends Connection> @Nullable T as(Class<T> type) {
        return connection.as(type);
    }

    @Override
    public boolean isPersistent() {
        return connection.isPersistent();
    }

    @Override
    public Mono<Void> onDispose() {
        return connection.onDispose();
    }

    @Override
    public Mono<Void> onTerminate() {
        return connection.onTerminate();
    }
}
