package io.headgate.l7.gateway;

import reactor.netty.Connection;
import reactor.netty.ConnectionObserver;
import reactor.netty.http.client.HttpClient;

/**
 * Opens a connection for one request and closes it afterwards. It is for requests whose pooled connection had
 * gone, because any other pooled connection may have gone, too. As an observer, it gives such a client a pool
 * of its own, in which there is never an idle connection.
 */
final class Single implements ConnectionObserver {

    private Single() {
    }

    static HttpClient use(HttpClient client) {
        return client.observe(new Single())
                .doOnRequest((request, connection) -> connection.markPersistent(false));
    }

    @Override
    public void onStateChange(Connection connection, State state) {
        // what counts is that it is there
    }
}
