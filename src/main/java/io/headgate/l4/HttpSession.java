package io.headgate.l4;

import io.headgate.pool.Member;
import io.headgate.pool.Reason;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A connection that layer 7 serves. Here it has its place in the counts and in the table, which it keeps
 * until its channel is closed.
 */
final class HttpSession implements Owned {

    private final long id;
    private final Admission admission;
    private final SocketChannel channel;
    private final long openedMillis;

    private HttpSession(Admission admission, SocketChannel channel) {
        this.admission = admission;
        this.channel = channel;
        this.id = shared().table().nextId();
        this.openedMillis = shared().clock().wall().millis();
    }

    /** Gives an accepted connection to layer 7, and then to an event loop. */
    static void begin(Admission admission, SocketChannel channel) {
        HttpSession session = new HttpSession(admission, channel);
        try {
            Sockets.prepare(channel, admission.spec().socket());
        } catch (ChannelException e) { // the client is gone already
            Sockets.resetUnregistered(channel);
            admission.leave();
            return;
        }
        session.shared().http().accepted(admission.listener().name(), channel, session::identified);
        if (!channel.isOpen()) {
            admission.leave();
            return;
        }
        ChannelFuture _ = session.shared().loops().next().register(channel).addListener(registered -> {
            if (registered.isSuccess()) {
                session.registered();
            } else {
                Acceptor.unregistered(admission, registered.cause());
            }
        });
    }

    private void registered() {
        shared().table().add(this);
        if (admission.spec().proxies().isEmpty()) {
            owner().letIn();
        }
        ChannelFuture _ = channel.closeFuture().addListener(closed -> {
            shared().table().remove(this);
            admission.leave();
        });
    }

    private @Nullable Reason identified(@Nullable InetSocketAddress source) {
        Reason refusal = admission.identify(source != null ? source : admission.client());
        if (refusal == null) {
            owner().letIn();
        } else {
            owner().turnedAway(client(), refusal);
        }
        return refusal;
    }

    private Shared shared() {
        return owner().shared();
    }

    @Override
    public void close(Reason reason) {
        channel.eventLoop().execute(() -> {
            shared().http().ends(channel, reason);
            Sockets.cut(channel);
        });
    }

    @Override
    public Admission admission() {
        return admission;
    }

    @Override
    public long openedMillis() {
        return openedMillis;
    }

    @Override
    public long id() {
        return id;
    }

    /** None: each request of the connection has its own member. */
    @Override
    public @Nullable Member member() {
        return null;
    }

    /** Not counted; the access log has the bytes of each request. */
    @Override
    public long bytesIn() {
        return 0;
    }

    @Override
    public long bytesOut() {
        return 0;
    }

    @Override
    public long bytesSpliced() {
        return 0;
    }

    @Override
    public String toString() {
        return id + " " + client();
    }
}
