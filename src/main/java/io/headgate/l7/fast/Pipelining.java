package io.headgate.l7.fast;

import io.headgate.l7.HandOver;
import io.headgate.l7.KeptBodies;
import io.headgate.l7.route.FastRoute;
import io.headgate.l7.route.RequestView;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The order of requests on an HTTP/1.1 connection. Decides the lane of each request, and lets one request at
 * a time be under way, so that answers leave in the order in which requests came, whichever lane each of them
 * takes. What the client sends ahead waits here.
 */
final class Pipelining {

    /** Up to this many bytes of an unwanted body are read, so that the connection can stay open. */
    static final long MAX_DRAINED = 256 * 1024;

    private final FastPath fastPath;
    private final ClientConnection client;
    private final ArrayDeque<Object> ahead = new ArrayDeque<>(0);
    private @Nullable ShortChunks chunksAhead;
    private final SlowTurn slow = new SlowTurn();
    private Phase phase = Phase.BETWEEN;
    private @Nullable Exchange exchange;
    private @Nullable Tunnel tunnel;
    private boolean advancing;
    /** The slow lane has asked for a read that was not passed on. */
    private boolean readLater;
    private long drained;
    private int handedOver;
    /** What the body that was handed over takes of the memory for kept bodies. */
    private KeptBodies.@Nullable Share handed;

    Pipelining(FastPath fastPath, ClientConnection client) {
        this.fastPath = fastPath;
        this.client = client;
    }

    Phase phase() {
        return phase;
    }

    @Nullable
    Exchange exchange() {
        return exchange;
    }

    @Nullable
    Tunnel tunnel() {
        return tunnel;
    }

    /** What the codec made of the client's bytes; bytes after HTTP has ended. */
    void received(Object message) {
        switch (phase) {
            case HANDED_OVER -> client.passOn(message);
            case CLOSING -> ReferenceCountUtil.release(message);
            case TUNNEL -> {
                if (message instanceof ByteBuf bytes && tunnel != null) {
                    tunnel.clientBytes(bytes);
                } else {
                    ReferenceCountUtil.release(message);
                }
            }
            case BETWEEN, FAST, DRAINING, SLOW -> {
                if (!(message instanceof HttpObject)) {
                    client.passOn(message);
                } else if (!ahead.isEmpty() || isTaken()) {
                    addAhead(message);
                    readLater |= client.stopsReading();
                } else {
                    take(message);
                }
            }
        }
    }

    private void addAhead(Object message) {
        Object next = message;
        if (message instanceof HttpContent part && !(message instanceof HttpRequest)) {
            ShortChunks chunks = chunksAhead;
            if (chunks == null) {
                chunks = new ShortChunks();
                chunksAhead = chunks;
            }
            next = chunks.join(part);
        }
        if (next != null) {
            ahead.add(next);
        }
    }

    /**
     * Whether the next message begins a request that has to wait: all of the one before has come, but it is
     * still under way, or the client does not take the answers that it has.
     */
    private boolean isTaken() {
        return switch (phase) {
            case FAST -> exchange != null && exchange.requestComplete();
            case SLOW -> slow.isRequestComplete();
            case BETWEEN -> !client.isWritable();
            default -> false;
        };
    }

    /** Whether the client has sent more, after the request that is under way. */
    boolean hasMore() {
        return !ahead.isEmpty();
    }

    /** The client has taken some of what was written for it. */
    void clientWritable() {
        if (phase == Phase.BETWEEN) {
            advance();
        }
    }

    private void take(Object message) {
        switch (phase) {
            case SLOW -> pass(message);
            case FAST -> {
                if (message instanceof HttpContent content && exchange != null) {
                    exchange.body(content);
                } else {
                    ReferenceCountUtil.release(message);
                }
            }
            case DRAINING -> drain(message);
            case BETWEEN -> {
                if (message instanceof HttpRequest request) {
                    handedOver = 0;
                    begin(request);
                } else {
                    ReferenceCountUtil.release(message);
                }
            }
            case TUNNEL, HANDED_OVER, CLOSING -> ReferenceCountUtil.release(message);
        }
    }

    private void begin(HttpRequest request) {
        if (!(request instanceof HttpContent) && FastLane.takes(request)) {
            RequestView view = client.origin().view(request, fastPath.random());
            FastRoute route = fastPath.find(view);
            if (route != null) {
                phase = Phase.FAST;
                fastPath.began();
                Exchange mine = new Exchange(client, client.origin().worker(), route, view, request);
                exchange = mine;
                mine.begin();
                return;
            }
        }
        pass(request);
    }

    /** Hands a message to the slow lane. */
    private void pass(Object message) {
        phase = Phase.SLOW;
        if (message instanceof HttpRequest request) {
            FastLane.escape(request);
        }
        slow.inbound(message);
        client.passOn(message);
        if (slow.isOver()) {
            client.afterSlowLane(this::afterSlow);
        }
    }

    /** Whether the request that is under way may begin anew once more. */
    boolean mayHandOver() {
        return handedOver < HandOver.MOST;
    }

    /** The request that was under way begins anew. */
    void handOver(HttpRequest anew) {
        handedOver++;
        exchange = null;
        phase = Phase.BETWEEN;
        begin(anew);
    }

    /** What had come of its body. */
    void handOver(HandedBody body) {
        if (body.share() != null) {
            giveBack();
            handed = body.share();
        }
        body.parts().forEach(this::take);
        if (exchange != null) {
            exchange.flushUpstream();
        }
        client.resume();
    }

    private void drain(Object message) {
        if (message instanceof HttpContent content) {
            drained += content.content().readableBytes();
            content.release();
            if (!content.decoderResult().isSuccess() || drained > MAX_DRAINED) {
                client.linger();
            } else if (content instanceof LastHttpContent) {
                advance();
            }
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    /** What the slow lane sends. True if it ends the answer: call {@link #answered} when it is written. */
    boolean sent(HttpObject message) {
        if (phase != Phase.SLOW) {
            return false;
        }
        if (message instanceof HttpResponse response && response.status().code() == 101) {
            phase = Phase.HANDED_OVER;
            return false;
        }
        return slow.outbound(message);
    }

    /** The slow lane's answer is written. */
    void answered() {
        if (phase == Phase.SLOW) {
            slow.answered();
            if (slow.isOver()) {
                client.afterSlowLane(this::afterSlow);
            }
        }
    }

    /** Once the slow lane has finished what it was doing. */
    private void afterSlow() {
        if (phase == Phase.SLOW && slow.isOver()) {
            if (slow.closes()) {
                phase = Phase.CLOSING; // Reactor Netty closes it; what waits is released then
            } else {
                advance();
            }
        }
    }

    /** What was under way is over: goes on with what was sent ahead. */
    void advance() {
        phase = Phase.BETWEEN;
        giveBack();
        if (advancing) {
            return;
        }
        advancing = true;
        chunksAhead = null;
        while (!ahead.isEmpty() && !isTaken() && phase != Phase.CLOSING) {
            take(ahead.poll());
        }
        advancing = false;
        if (exchange != null) {
            exchange.flushUpstream();
        }
        if (phase == Phase.BETWEEN && client.isLeaving()) {
            client.closeAfterFlush();
        }
        if (readLater && ahead.isEmpty()) {
            readLater = false;
            client.readOn();
        }
        client.resume();
    }

    /** Whether there is room for more. If so, a read is wanted, if only to see the end. */
    boolean wantsMore() {
        return switch (phase) {
            case BETWEEN -> ahead.isEmpty() && client.isWritable();
            case DRAINING, CLOSING -> true;
            case FAST -> ahead.isEmpty() && exchange != null && exchange.wantsMore();
            case TUNNEL -> tunnel != null && tunnel.wantsMore();
            case SLOW, HANDED_OVER -> false;
        };
    }

    /**
     * The slow lane asks for more. False if the next request waits here already: the read is made up for when
     * that request has its turn.
     */
    boolean maySlowLaneRead() {
        readLater |= !ahead.isEmpty();
        return ahead.isEmpty();
    }

    /** The exchange is over. */
    void ended() {
        exchange = null;
    }

    /** What is left of the request's body is thrown away. */
    void drainRest() {
        drained = 0;
        phase = Phase.DRAINING;
        client.resume();
    }

    void tunnel(Tunnel next) {
        exchange = null;
        tunnel = next;
        phase = Phase.TUNNEL;
    }

    /** No other request is served. */
    void closing() {
        exchange = null;
        phase = Phase.CLOSING;
    }

    /** The connection is gone; what waits is released. */
    void gone() {
        phase = phase == Phase.HANDED_OVER ? phase : Phase.CLOSING;
        ahead.forEach(ReferenceCountUtil::release);
        ahead.clear();
        giveBack();
    }

    private void giveBack() {
        if (handed != null) {
            handed.giveBack();
            handed = null;
        }
    }
}
