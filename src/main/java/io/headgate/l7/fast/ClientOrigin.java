package io.headgate.l7.fast;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A client's HTTP/2 connection: what its streams have in common. */
final class Http2Client {

    private final Channel connection;
    private final Worker worker;
    private @Nullable ForwardedHeaders forwarded;
    private @Nullable OwnUpstreams logins;

    Http2Client(Channel connection, Worker worker) {
        this.connection = connection;
        this.worker = worker;
    }

    Worker worker() {
        return worker;
    }

    @Nullable
    InetSocketAddress peer() {
        return Peer.of(connection);
    }

    ForwardedHeaders forwarded() {
        if (forwarded == null) {
            forwarded = ForwardedHeaders.of(connection, worker);
        }
        return Objects.requireNonNull(forwarded);
    }

    @Nullable
    OwnUpstreams logins() {
        return logins;
    }

    OwnUpstreams ownLogins() {
        OwnUpstreams own = logins;
        if (own == null) {
            own = OwnUpstreams.of(connection);
            logins = own;
        }
        return own;
    }
}
