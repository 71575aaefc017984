package io.headgate.health;

import io.netty.channel.IoEventLoop;
import io.netty.channel.unix.Socket;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** A connection on a bare socket that the member's program need not see, see {@link CheckConnection}. */
final class TcpProbe extends BareProbe {

    /** Linux's IPPROTO_TCP, and its option TCP_QUICKACK. */
    private static final int TCP = 6;
    private static final int QUICK_ACK = 12;

    private final String done;

    /**
     * @param done the finding of a check that passes
     */
    TcpProbe(IoEventLoop loop, InetSocketAddress address, Promise<Finding> finding, String done) {
        super(loop, address, finding);
        this.done = done;
    }

    @Override
    void prepare(Socket socket) throws IOException {
        socket.setSoLinger(0);
        socket.setIntOpt(TCP, QUICK_ACK, 0);
    }

    @Override
    void connected(Socket socket, ByteBuffer scratch) {
        finding().trySuccess(Finding.passed(done));
    }

    @Override
    void received(ByteBuffer scratch, int count) {
        // nothing was asked
    }

    @Override
    void found() {
        close();
    }

    @Override
    void ended() {
        // it has been connected
    }
}
