package io.headgate.l7.fast;

import io.headgate.l7.route.Answer;
import io.headgate.l7.route.BodyLimit;
import io.headgate.l7.route.FastRoute;
import io.headgate.l7.route.RequestDraft;
import io.headgate.l7.route.RequestView;
import io.headgate.net.Memory;
import io.headgate.pool.Attempts;
import io.headgate.pool.Outcome;
import io.headgate.pool.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request on the fast lane, from its head to its one end: {@link #complete}, {@link #reply},
 * {@link #cut}, {@link #clientGone}, or as a tunnel. The {@link Approach} brings it to a member, the
 * {@link Relay} brings the answer back.
 */
final class Exchange extends Timed implements UpstreamUser {

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    /** Beyond the time that connecting may take, for names; the dialer has told long before. */
    private static final Duration DIALLING = Duration.ofSeconds(30);

    /** However large the pool: a request is not worth more. */
    private static final int MAX_ATTEMPTS = 10;

    private final Call call;
    private final Client client;
    private final Approach approach;
    private final Relay relay;
    private boolean finished;
    /** It will be asked again whether there is memory to read on. */
    private Reason waitingFor = Reason.RESPONSE_TIMEOUT;
    /** When the deadline for taking it was set. */
    private long unsent;
    private long since;
    /** The deadline is that for the head of the answer, which does not move with each byte of it. */
    private boolean awaited;

    Exchange(Client client, Worker worker, FastRoute route, RequestView view, HttpRequest request) {
        this.call = new Call(client, worker, route, new RequestDraft(view, route), request,
                RequestHead.of(request), new Attempts(MAX_ATTEMPTS), worker.now());
        this.client = client;
        this.approach = new Approach(this, call);
        this.relay = new Relay(call, approach);
    }

    void begin() {
        assert isHome();
        call.worker().deadlines().add(this);
        HopByHop.remove(call.request().headers()); // before the edits: a client must not name away what the
                                                   // route adds
        Reason fault = call.edit();
        if (fault != null) {
            reply(fault);
            return;
        }
        Answer answer = call.draft().answer();
        if (answer != null) {
            reply(Replies.answer(answer), answer.status() >= 400 ? Reason.FILTER_REFUSED : null);
            return;
        }
        ClientConnection connection = client.connection();
        if (call.head().webSocket() && connection != null && !connection.hasRoomForTunnel()) {
            reply(Reason.TOO_MANY_TUNNELS);
            return;
        }
        call.address();
        if (call.head().expectsContinue() && !RequestHead.expectsContinue(call.request())) {
            relay.goOn(); // the route keeps it from the member, who will not tell the client to go on
        }
        approach.find();
    }

    private boolean isHome() {
        return call.worker().isHome();
    }

    // What the client sends

    /** A part of the request's body, or its end. */
    void body(HttpContent content) {
        assert isHome();
        BodyLimit limit = call.draft().bodyLimit();
        if (!content.decoderResult().isSuccess()) {
            content.release();
            fail(Reason.BAD_REQUEST);
        } else if (limit != null && approach.bytes() + content.content().readableBytes() > limit.bytes()) {
            content.release();
            refuse(limit.exceeded());
        } else {
            approach.body(content);
        }
    }

    /** All that had come from the client is read. */
    void flushUpstream() {
        assert isHome();
        approach.flush();
    }

    boolean requestComplete() {
        return approach.isComplete();
    }

    boolean wantsMore() {
        return approach.wantsMore();
    }

    // What the member sends

    @Override
    public void upstreamHead(HttpResponse response) {
        assert isHome() && !finished;
        if (response.decoderResult().isSuccess() && response.status().code() == 101 && !relay.hasBegun()) {
            switchProtocol(response);
            return;
        }
        boolean fresh = !relay.hasBegun();
        Reason fault = relay.head(response);
        if (fault != null) {
            fail(fault);
        } else if (fresh && relay.hasBegun()) {
            approach.answered();
        } else if (fresh) {
            awaitAnew(); // of informational answers there are not many
        }
    }

    @Override
    public void upstreamContent(HttpContent content) {
        assert isHome() && !finished;
        Reason fault = relay.content(content);
        if (fault != null) {
            fail(fault);
        } else if (relay.isOver() && !finished) { // to write the end may have ended the connection
            complete();
        }
    }

    @Override
    public void upstreamBytes(ByteBuf bytes) {
        bytes.release();
        fail(Reason.BAD_RESPONSE);
    }

    @Override
    public void upstreamReadComplete() {
        assert isHome();
        relay.writeHead();
        client.flush();
        clientWritabilityChanged();
    }

    @Override
    public void upstreamWritabilityChanged() {
        watch();
        client.resume();
    }

    /** The member is read from as fast as the client takes it. */
    void clientWritabilityChanged() {
        Upstream from = approach.upstream();
        if (from != null && client.isWritable()) {
            from.read();
        }
        watch();
    }

    // Deadlines

    /** Sets the deadline for what is awaited now. */
    void watch() {
        Upstream to = approach.upstream();
        if (finished || to == null) {
            awaited = false;
            if (finished || waitingFor != Reason.CONNECT_TIMEOUT) { // while dialling there is a limit
                deadline(NEVER);
            }
        } else if (relay.hasBegun()) {
            waitFor(client.isWritable() ? Reason.IDLE_TIMEOUT : Reason.CLIENT_STALLED);
        } else if (!to.isWritable()) {
            waitFor(Reason.SEND_TIMEOUT);
        } else if (!approach.isComplete()) {
            deadline(NEVER); // the client is awaited, and the guard has an eye on it
        } else if (!awaited) {
            waitFor(Reason.RESPONSE_TIMEOUT);
            awaited = true;
        }
    }

    /** The request goes out, or an informational answer has come: the head has all its time again. */
    void awaitAnew() {
        awaited = false;
    }

    /**
     * A connection is being made: whatever becomes of that, this request ends.
     *
     * @param timeout of connecting, and again of TLS; zero for none
     */
    void dialling(Duration timeout) {
        waitingFor = Reason.CONNECT_TIMEOUT;
        deadline(timeout.isZero()
                ? NEVER
                : call.worker().in(timeout.multipliedBy(2).plus(DIALLING)));
    }

    /** Dialling is over without a connection, and nothing has taken its place yet. */
    void dialled() {
        waitingFor = Reason.RESPONSE_TIMEOUT;
    }

    /** How long the client may not take what there is for it. */
    Duration patience() {
        return approach.timeouts().send();
    }

    private void waitFor(Reason what) {
        Duration own = call.route().responseTimeout();
        awaited = false;
        waitingFor = what;
        unsent = isStall(what) ? unsent() : 0;
        since = call.worker().now();
        deadline(call.worker().in(switch (what) {
            case SEND_TIMEOUT, CLIENT_STALLED -> sendLook();
            case RESPONSE_TIMEOUT -> own != null ? own : approach.timeouts().response();
            default -> approach.timeouts().idle();
        }));
    }

    private static boolean isStall(Reason what) {
        return what == Reason.SEND_TIMEOUT || what == Reason.CLIENT_STALLED;
    }

    /** What the one has still to take that is waited for. */
    private long unsent() {
        Upstream to = approach.upstream();
        return relay.hasBegun() || to == null ? client.unsent() : to.unsent();
    }

    private long lastSent() {
        Upstream to = approach.upstream();
        return relay.hasBegun() || to == null ? client.lastSent() : to.lastSent();
    }

    @Override
    void expired() {
        assert isHome();
        if (finished) {
            return;
        }
        try {
            if (!isStall(waitingFor)) {
                expired(waitingFor);
            } else if (unsent() < unsent || lastSent() < sendLook().toMillis()) {
                waitFor(waitingFor); // it is slow, but it takes
            } else if (Memory.PROCESS.isShort() || call.worker().now() - since >= sendNanos()) {
                expired(waitingFor);
            } else {
                deadline(Math.min(since + sendNanos(), call.worker().in(sendLook())));
            }
        } catch (RuntimeException | Error e) {
            broken(e);
        }
    }

    private long sendNanos() {
        return approach.timeouts().send().toNanos();
    }

    /** How soon it is looked at whether anything was taken: earlier than need be, for memory may be short. */
    private Duration sendLook() {
        Duration send = approach.timeouts().send();
        return send.compareTo(Memory.PATIENCE) > 0 ? Memory.PATIENCE : send;
    }

    // The ends

    @Override
    public void upstreamClosed() {
        assert isHome();
        try {
            if (!finished && (relay.hasBegun() || !approach.again())) {
                fail(Reason.UPSTREAM_RESET);
            }
        } catch (RuntimeException | Error e) {
            broken(e);
        }
    }

    @Override
    public void upstreamBroken() {
        assert isHome();
        try {
            if (!finished) {
                fail(Reason.INTERNAL_ERROR);
            }
        } catch (RuntimeException | Error e) {
            broken(e);
        }
    }

    @Override
    public void upstreamEvicted(Reason reason) {
        assert isHome();
        try {
            if (relay.hasBegun() || !approach.again(reason)) {
                approach.leave();
                fail(reason);
            }
        } catch (RuntimeException | Error e) {
            broken(e);
        }
    }

    /** Something of ours has thrown where nobody else would end the request: the client is closed. */
    void broken(Throwable cause) {
        LOG.error("serving {} {} failed", call.head().method(), call.head().target(), cause);
        client.close(); // and its end is that of all that is under way
    }

    /** A member is not to blame where we did not look in time, or where the client is awaited as well. */
    private void expired(Reason reason) {
        boolean clients = reason == Reason.IDLE_TIMEOUT && !approach.isComplete();
        boolean early = isStall(reason) && call.worker().now() - since < sendNanos(); // for want of memory
        boolean ours = call.worker().isHeldUp();
        fail(reason, clients || early || ours ? Outcome.UNKNOWN : reason.outcome());
    }

    private void fail(Reason reason) {
        fail(reason, reason.outcome());
    }

    /** The member's connection is closed before its place is given on. */
    private void fail(Reason reason, Outcome outcome) {
        approach.drop();
        call.attempts().release(outcome);
        if (relay.hasBegun()) {
            cut(reason);
        } else {
            reply(reason);
        }
    }

    /** The route does not want the rest of the request. */
    private void refuse(Answer answer) {
        if (relay.hasBegun()) {
            approach.drop();
            call.attempts().release(Outcome.UNKNOWN);
            cut(Reason.FILTER_REFUSED);
        } else {
            reply(Replies.answer(answer), Reason.FILTER_REFUSED);
        }
    }

    /** The whole answer is on its way. */
    private void complete() {
        finish();
        Upstream used = approach.leave();
        if (used != null && relay.keepsMember() && approach.isComplete() && !approach.isAnsweredEarly()) {
            if (relay.isOfLogin()) {
                used.belongTo(client.ownLogins());
            }
            used.loggingIn(relay.isOfLogin() && relay.status() == 401 && approach.logsIn());
            used.keptFor(relay.keptFor());
            used.park();
        } else if (used != null) {
            used.close();
        }
        call.attempts().release(relay.status() >= 500 ? Outcome.SERVER_ERROR : Outcome.OK);
        call.tell(relay.status(), null, approach.bytes(), relay.bytes());
        client.exchangeEnded(call.head().keepAlive() && !relay.endsByClose(), approach.isComplete());
    }

    /** Answers in the member's place. */
    void reply(Reason reason) {
        reply(Replies.problem(reason, !call.head().isHead()), reason);
    }

    private void reply(FullHttpResponse reply, @Nullable Reason reason) {
        finish();
        approach.drop();
        call.attempts().release(Outcome.UNKNOWN);
        RequestHead head = call.head();
        boolean stays = head.keepAlive() && (approach.isComplete() || !head.hasBody()) && !client.isLeaving();
        Replies.connection(reply, head, stays);
        call.debug(reply.headers());
        long bytes = reply.content().readableBytes();
        client.write(reply);
        call.tell(reply.status().code(), reason, approach.bytes(), bytes);
        client.exchangeEnded(stays, approach.isComplete());
    }

    /** The answer has begun and cannot be finished: the client must not take the half for the whole. */
    private void cut(Reason reason) {
        finish();
        approach.drop();
        relay.writeHead();
        call.tell(relay.status(), reason, approach.bytes(), relay.bytes());
        client.abort(relay.endsByClose());
    }

    void clientGone() {
        assert isHome();
        if (!finished) {
            finish();
            approach.drop();
            call.attempts().release(Outcome.UNKNOWN);
            Reason why = client.whyGone();
            call.tell(relay.hasBegun() ? relay.status() : why.status(), why, approach.bytes(), relay.bytes());
        }
    }

    private void finish() {
        finished = true;
        call.worker().deadlines().remove(this);
        approach.finish();
    }

    /** From here on bytes go to and fro as they are. */
    private void switchProtocol(HttpResponse response) {
        Upstream to = approach.upstream();
        ClientConnection connection = client.connection();
        if (to == null || connection == null || !call.head().webSocket()
                || !FastLane.agreesToWebSocket(response)) {
            fail(Reason.BAD_RESPONSE);
            return;
        }
        if (!connection.takeTunnel()) {
            fail(Reason.TOO_MANY_TUNNELS);
            return;
        }
        finish();
        approach.leave();
        relay.switching(response);
        connection.tunnel(new Tunnel(connection, call, to));
    }
}
