package io.headgate.l7.fast;

import io.headgate.l7.Arrival;
import io.headgate.l7.port.AnswerWindows;
import io.headgate.l7.port.Arrivals;
import io.headgate.l7.port.ClientAddress;
import io.headgate.l7.route.RequestView;
import io.headgate.pool.RandomSource;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpRequest;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** What all requests of one client connection have in common: who sends them. */
final class ClientOrigin {

    private final Channel connection;
    private final Worker worker;
    private final @Nullable AnswerWindows windows;
    private @Nullable Arrival arrival;
    private @Nullable ForwardedHeaders forwarded;
    private @Nullable OwnUpstreams logins;

    ClientOrigin(Channel connection, Worker worker) {
        this.connection = connection;
        this.worker = worker;
        this.windows = AnswerWindows.of(connection);
    }

    Worker worker() {
        return worker;
    }

    /** Those of HTTP/2; null for HTTP/1.1. */
    @Nullable
    AnswerWindows windows() {
        return windows;
    }

    /** One of its requests, as conditions see it. */
    RequestView view(HttpRequest request, RandomSource random) {
        InetSocketAddress peer = ClientAddress.of(connection);
        return new RequestView(request, peer, forwarded().client(request.headers()), arrival(), random)
                .from(connection);
    }

    /** How the client came in; not to be asked before the first request. */
    Arrival arrival() {
        Arrival known = arrival;
        if (known == null) {
            known = Arrivals.of(connection);
            arrival = known;
        }
        return known;
    }

    ForwardedHeaders forwarded() {
        ForwardedHeaders known = forwarded;
        if (known == null) {
            known = ForwardedHeaders.of(connection, arrival(), worker);
            forwarded = known;
        }
        return known;
    }

    /** The connections to members that the client has logged in on; null before the first. */
    @Nullable
    OwnUpstreams logins() {
        return logins;
    }

    /** The same, created if there are none. */
    OwnUpstreams ownLogins() {
        OwnUpstreams own = logins;
        if (own == null) {
            own = OwnUpstreams.of(connection);
            logins = own;
        }
        return own;
    }
}
