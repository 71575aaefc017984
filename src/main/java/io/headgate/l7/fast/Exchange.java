package io.headgate.l7.fast;

import io.headgate.l7.route.Answer;
import io.headgate.l7.route.FastRoute;
import io.headgate.l7.route.RequestDraft;
import io.headgate.l7.route.RequestEdit;
import io.headgate.l7.route.Target;
import io.headgate.pool.Address;
import io.headgate.pool.Member;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pool;
import io.headgate.pool.Reason;
import io.headgate.pool.Timeouts;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request on the fast lane: changes it as its route says, finds a member and a connection, sends it, and
 * has the answer relayed. Ends once: by {@link #complete}, {@link #reply}, {@link #cut}, {@link #clientGone},
 * or as a tunnel.
 */
final class Exchange extends Timed implements UpstreamUser, Dialer.Caller {

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private final ClientConnection client;
    private final Worker worker;
    private final FastRoute route;
    private final RequestDraft draft;
    private final HttpRequest request;
    private final RequestHead head;
    private final Report report;
    private final Relay relay;
    private final RequestBody body = new RequestBody();
    private final Attempts attempts = new Attempts();
    private Timeouts timeouts = Timeouts.DEFAULT;
    private @Nullable Upstream upstream;
    private boolean finished;
    private boolean unflushed;
    private long sentAt;
    private Reason waitingFor = Reason.RESPONSE_TIMEOUT;

    Exchange(ClientConnection client, Worker worker, FastRoute route, RequestDraft draft, HttpRequest request,
            RequestHead head) {
        this.client = client;
        this.worker = worker;
        this.route = route;
        this.draft = draft;
        this.request = request;
        this.head = head;
        this.relay = new Relay(client, head, route, draft);
        this.report = new Report(worker, client, head, route.id(), attempts);
    }

    // The request's way to the member

    void begin() {
        worker.deadlines().add(this);
        HopByHop.remove(request.headers()); // before the edits: a client must not name away what the route
                                            // adds
        if (!edit()) {
            reply(Reason.INTERNAL_ERROR);
            return;
        }
        Answer answer = draft.answer();
        if (answer != null) {
            reply(Replies.answer(answer), answer.status() >= 400 ? Reason.FILTER_REFUSED : null);
            return;
        }
        draft.keepHost();
        HopByHop.remove(request.headers());
        client.forwarded().write(request.headers(), client.host(draft));
        head.frame(request, !route.requestEdits().isEmpty());
        findUpstream(null);
    }

    /** False where an edit cannot be made of this request: the fault is the route's, not the client's. */
    private boolean edit() {
        List<RequestEdit> edits = route.requestEdits();
        if (edits.isEmpty()) {
            return true;
        }
        try {
            for (int i = 0; i < edits.size() && draft.answer() == null; i++) {
                edits.get(i).apply(draft);
            }
        } catch (IllegalArgumentException e) {
            LOG.warn("{} {}: a filter of route {} cannot be applied: {}", head.method(), head.target(),
                    route.id(),
                    e.getMessage());
            return false;
        }
        request.setUri(draft.target());
        return draft.isSendable();
    }

    private void findUpstream(@Nullable Reason previous) {
        switch (route.target()) {
            case Target.OfPool(String name) -> {
                Pool pool = worker.surroundings().pools().find(name).orElse(null);
                Member member = pool == null ? null : attempts.next(pool, draft);
                if (pool == null || member == null) {
                    reply(previous != null ? previous : pool == null ? Reason.NO_MEMBER : pool.refusal());
                    return;
                }
                timeouts = pool.spec().timeouts();
                connect(member, member.address(), true);
            }
            case Target.Fixed(Address address) -> {
                if (previous == null) {
                    connect(address, address, true);
                } else {
                    reply(previous);
                }
            }
            case Target.Nobody() -> reply(Reason.NO_MEMBER);
        }
    }

    private void connect(Object key, Address address, boolean mayReuse) {
        String host = draft.preservesHost() ? draft.clientHost() : null;
        request.headers().set(HttpHeaderNames.HOST, host != null ? host : address.toString());
        Upstream idle = mayReuse ? worker.idle().take(key) : null;
        if (idle != null) {
            send(idle);
            return;
        }
        Duration own = route.connectTimeout();
        worker.dialer().dial(key, address, own != null ? own : timeouts.connect(), this);
    }

    @Override
    public void connected(Upstream fresh) {
        if (finished) {
            fresh.park();
            return;
        }
        send(fresh);
        flushUpstream();
        client.resume();
    }

    @Override
    public void failed(Throwable error) {
        if (finished) {
            return;
        }
        Reason reason = Failures.dialling(error);
        attempts.giveUp(Failures.outcome(reason));
        findUpstream(reason);
        flushUpstream();
        client.resume(); // where a connection lay ready, nobody else asks the client for the rest
    }

    private void send(Upstream to) {
        upstream = to;
        to.attach(this);
        to.write(request);
        body.flushTo(to);
        unflushed = true;
        sentAt = worker.now();
    }

    /** A part of the request's body, or its end. */
    void body(HttpContent content) {
        if (!content.decoderResult().isSuccess()) {
            content.release();
            fail(Reason.BAD_REQUEST);
            return;
        }
        body.add(content, upstream);
        unflushed = upstream != null;
    }

    /** What was written for the member goes out; called once for all that was read. */
    void flushUpstream() {
        Upstream to = upstream;
        if (unflushed && to != null) {
            unflushed = false;
            to.flush();
            watch();
        }
    }

    boolean requestComplete() {
        return body.isComplete();
    }

    /**
     * Whether more can be read from the client: the body as fast as the member takes it, then only to see it
     * leave.
     */
    boolean wantsMore() {
        Upstream to = upstream;
        return body.isComplete() || (to == null ? !body.isWaiting() : to.isWritable());
    }

    // The answer's way to the client

    @Override
    public void upstreamHead(HttpResponse response) {
        if (!response.decoderResult().isSuccess()) {
            if (!(response.decoderResult().cause() instanceof PrematureChannelClosureException)) {
                fail(Reason.BAD_RESPONSE);
            }
            return; // else the close itself is about to be told
        }
        int code = response.status().code();
        if (relay.hasBegun() || code < 100) {
            fail(Reason.BAD_RESPONSE);
        } else if (code == 101) {
            switchProtocol(response);
        } else if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
            relay.informational(response, code != 100 || HttpUtil.is100ContinueExpected(request));
        } else {
            answer(response);
        }
    }

    private void answer(HttpResponse response) {
        try {
            attempts.answered(worker.now() - sentAt);
            relay.begin(response, attempts.setCookie());
        } catch (IllegalArgumentException e) {
            LOG.warn("{} {}: a filter of route {} cannot be applied to the answer: {}", head.method(),
                    head.target(),
                    route.id(), e.getMessage());
            fail(Reason.INTERNAL_ERROR);
        }
    }

    @Override
    public void upstreamContent(HttpContent content) {
        if (relay.isInterim()) {
            relay.interimContent(content);
        } else if (!relay.hasBegun() || !content.decoderResult().isSuccess()) {
            content.release();
            fail(Reason.BAD_RESPONSE);
        } else {
            boolean last = content instanceof LastHttpContent;
            relay.pass(content);
            if (last) {
                complete();
            }
        }
    }

    @Override
    public void upstreamBytes(ByteBuf bytes) {
        bytes.release();
        fail(Reason.BAD_RESPONSE);
    }

    @Override
    public void upstreamReadComplete() {
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
        Upstream from = upstream;
        if (from != null && client.isWritable()) {
            from.read();
        }
        watch();
    }

    // Deadlines

    /** Sets the deadline for what is awaited now. */
    private void watch() {
        Upstream to = upstream;
        if (finished || to == null) {
            deadline(NEVER);
        } else if (relay.hasBegun()) {
            waitFor(client.isWritable() ? Reason.IDLE_TIMEOUT : Reason.SEND_TIMEOUT);
        } else if (!to.isWritable()) {
            waitFor(Reason.SEND_TIMEOUT);
        } else if (body.isComplete()) {
            waitFor(Reason.RESPONSE_TIMEOUT);
        } else {
            deadline(NEVER); // the client is awaited, and the guard has an eye on it
        }
    }

    private void waitFor(Reason what) {
        Duration own = route.responseTimeout();
        waitingFor = what;
        deadline(worker.in(switch (what) {
            case SEND_TIMEOUT -> timeouts.send();
            case RESPONSE_TIMEOUT -> own != null ? own : timeouts.response();
            default -> timeouts.idle();
        }));
    }

    @Override
    void expired() {
        if (!finished) {
            fail(waitingFor);
        }
    }

    // The ends

    @Override
    public void upstreamClosed() {
        Upstream gone = upstream;
        upstream = null;
        if (gone == null || relay.hasBegun() || !head.isRepeatable()) {
            fail(Reason.UPSTREAM_RESET);
            return;
        }
        body.rewind();
        if (!gone.isReused()) {
            attempts.giveUp(Outcome.RESET);
            findUpstream(Reason.UPSTREAM_RESET);
        } else if (gone.key() instanceof Member member) {
            connect(member, member.address(), false); // it lay idle for too long: the member is not to blame
        } else if (gone.key() instanceof Address address) {
            connect(address, address, false);
        }
        flushUpstream();
        client.resume();
    }

    @Override
    public void upstreamEvicted(Reason reason) {
        upstream = null;
        fail(reason);
    }

    private void fail(Reason reason) {
        attempts.release(Failures.outcome(reason));
        if (relay.hasBegun()) {
            cut(reason);
        } else {
            reply(reason);
        }
    }

    /** The whole answer is on its way. */
    private void complete() {
        finish();
        Upstream used = upstream;
        upstream = null;
        if (used != null && relay.keepsMember() && body.isComplete()) {
            used.park();
        } else if (used != null) {
            used.close();
        }
        attempts.release(relay.status() >= 500 ? Outcome.SERVER_ERROR : Outcome.OK);
        report.tell(relay.status(), null, body.bytes(), relay.bytes());
        client.exchangeEnded(head.keepAlive() && !relay.endsByClose(), body.isComplete());
    }

    private void reply(Reason reason) {
        reply(Replies.problem(reason, !head.isHead()), reason);
    }

    private void reply(FullHttpResponse reply, @Nullable Reason reason) {
        finish();
        dropUpstream();
        attempts.release(Outcome.UNKNOWN);
        boolean stays = head.keepAlive() && (body.isComplete() || !head.hasBody()) && !client.isLeaving();
        if (!stays) {
            reply.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (!head.http11()) {
            reply.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
        long bytes = reply.content().readableBytes();
        client.write(reply);
        report.tell(reply.status().code(), reason, body.bytes(), bytes);
        client.exchangeEnded(stays, body.isComplete());
    }

    /** The answer has begun and cannot be finished: the client must not take the half for the whole. */
    private void cut(Reason reason) {
        finish();
        dropUpstream();
        report.tell(relay.status(), reason, body.bytes(), relay.bytes());
        client.abort(relay.endsByClose());
    }

    void clientGone() {
        if (!finished) {
            finish();
            dropUpstream();
            attempts.release(Outcome.UNKNOWN);
            Reason why = client.whyGone();
            report.tell(relay.hasBegun() ? relay.status() : why.status(), why, body.bytes(), relay.bytes());
        }
    }

    private void finish() {
        finished = true;
        worker.deadlines().remove(this);
        body.release();
    }

    private void dropUpstream() {
        Upstream used = upstream;
        upstream = null;
        if (used != null) {
            used.close();
        }
    }

    /** From here on bytes go to and fro as they are. */
    private void switchProtocol(HttpResponse response) {
        Upstream to = upstream;
        if (to == null || !head.webSocket() || !FastLane.agreesToWebSocket(response)) {
            fail(Reason.BAD_RESPONSE);
            return;
        }
        finish();
        upstream = null;
        relay.switching(response, attempts.setCookie());
        client.tunnel(new Tunnel(client, worker, to, attempts, timeouts, report));
    }
}
