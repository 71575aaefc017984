package io.headgate.l4;

import io.headgate.net.ClientSource;
import io.headgate.net.OnLoop;
import io.headgate.pool.Address;
import io.headgate.pool.Attempt;
import io.headgate.pool.Attempts;
import io.headgate.pool.KeyHash;
import io.headgate.pool.Member;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pool;
import io.headgate.pool.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The datagrams between one client of a UDP listener and its member, until both fall silent or the expected
 * number of answers has come. It has a socket of its own towards the member ({@link UdpUpstream}). Everything
 * but the questions of {@link Connection} happens on the loop of the listener's socket.
 */
final class UdpSession extends Wheel.Deadline implements Owned {

    /**
     * In ticks: ten seconds, in which an answer may still come to a client that has another session by now.
     */
    private static final long LAST = 100;

    private final long id;
    private final Shared shared;
    private final Admission admission;
    private final UdpDoor door;
    private final Channel socket;
    private final Wheel wheel;
    private final ListenerProtocol.Udp options;
    private final long openedMillis;
    private final long openedNanos;
    private final Attempts attempts = new Attempts(1);
    private final OwedAnswers owed;
    private final @Nullable ClientSource source;
    private final UdpUpstream upstream;
    private long bytesIn;
    private long bytesOut;
    private long idleTicks;
    private long lastActive;
    private boolean ended;

    UdpSession(Shared shared, Admission admission, UdpDoor door, Channel socket, Wheel wheel) {
        this.shared = shared;
        this.admission = admission;
        this.door = door;
        this.socket = socket;
        this.wheel = wheel;
        this.options = admission.spec().udp();
        this.owed = new OwedAnswers(options.responses());
        this.source = admission.spec().source(admission.client());
        this.upstream = new UdpUpstream(this, shared.datagrams());
        this.id = shared.table().nextId();
        this.openedMillis = shared.clock().wall().millis();
        this.openedNanos = wheel.ticker().nanoTime();
    }

    void begin() {
        admission.listener().letIn();
        shared.table().add(this);
        shared.listener().opened(this);
        wheel.arm(this, Wheel.NEVER); // makes its time the present one
        lastActive = wheel.now();
        ListenerTimeouts timeouts = admission.spec().timeouts();
        idleTicks = Wheel.ticks(timeouts.idle() != null ? timeouts.idle() : options.idle());
        if (idleTicks != 0) {
            wheel.arm(this,
                    lastActive + (options.responses() > 0
                            ? Math.min(idleTicks, OwedAnswers.SILENCE)
                            : idleTicks));
        }
        String name = admission.spec().pool();
        Pool pool = name == null ? null : shared.pools().find(name).orElse(null);
        if (pool == null) {
            end(Reason.NO_MEMBER, Outcome.UNKNOWN);
            return;
        }
        Attempt attempt = attempt(pool);
        if (attempt == null) {
            end(attempts.refusal(), Outcome.UNKNOWN);
            return;
        }
        SocketAddress address = Sockets.toSocketAddress(attempt.member().address(), admission.spec(),
                socket.localAddress());
        if (address instanceof InetSocketAddress named && named.isUnresolved()) {
            OnLoop.whenDone(shared.names().on(wheel.loop()).resolve(named), wheel.loop(), resolved -> {
                if (resolved.isSuccess()) {
                    connect(resolved.getNow());
                } else {
                    connectFailed();
                }
            });
        } else {
            connect(address);
        }
    }

    private @Nullable Attempt attempt(Pool pool) {
        attempts.begin(pool, KeyHash.of(client()));
        Member shunned = door.shunned().of(client().getAddress(), wheel.present());
        if (shunned != null) {
            attempts.avoid(shunned);
        }
        Attempt attempt = attempts.nextNow(null); // datagrams do not wait in a queue
        for (int left = pool.members().size(); attempt != null && left > 0
                && !mayReach(attempt.member().address()); left--) {
            attempts.abandon(Outcome.UNKNOWN);
            attempt = attempts.nextNow(null);
        }
        return attempt;
    }

    private boolean mayReach(Address member) {
        return source == null
                || (member.path() == null && source.mayReach(Sockets.toSocketAddress(member)));
    }

    private void connect(SocketAddress address) {
        if (ended) {
            return;
        }
        if (source != null && !source.reaches(address)) {
            end(Reason.CONNECT_FAILED, Outcome.UNKNOWN); // not the member's fault
        } else if (!upstream.connect(wheel.loop(), address, source)) {
            end(Reason.INTERNAL_ERROR, Outcome.UNKNOWN);
        }
    }

    /** The member's socket is there; whether a member is, the first answer tells. */
    void connected() {
        Attempt attempt = attempts.current();
        if (options.responses() == 0 && attempt != null) {
            attempt.proven(); // there may be no answer at all
        }
    }

    void connectFailed() {
        end(Reason.CONNECT_FAILED, source == null ? Outcome.CONNECT_FAILED : Outcome.UNKNOWN);
    }

    boolean ended() {
        return ended;
    }

    /**
     * Passes a datagram of the client on.
     *
     * @return whether it has to be flushed
     */
    boolean fromClient(ByteBuf content) {
        lastActive = wheel.now();
        owed.asked(lastActive);
        bytesIn += content.readableBytes();
        return upstream.send(content);
    }

    /** Whether the client has waited for an answer for so long that another member may do better. */
    boolean isUnanswered() {
        return owed.overdue(wheel.present());
    }

    /**
     * The client asks again, and its next session is another member's. An answer may still come to this one:
     * if the loop was held up it is still in the socket, and the member is not to blame.
     */
    void giveUp() {
        shun();
        idleTicks = idleTicks == 0 ? LAST : Math.min(idleTicks, LAST);
        wheel.arm(this, lastActive + idleTicks);
    }

    private void shun() {
        Member member = attempts.held();
        if (member != null) {
            door.shunned().add(client().getAddress(), member, wheel.present());
        }
    }

    void flush() {
        upstream.flush();
    }

    /** The member answers. */
    void fromMember(ByteBuf content) {
        lastActive = wheel.now();
        owed.answered(lastActive);
        bytesOut += content.readableBytes();
        Attempt attempt = attempts.current();
        if (owed.answered() == 1 && attempt != null) {
            attempt.answered(wheel.ticker().nanoTime() - openedNanos);
        }
        door.answer(socket, new DatagramPacket(content, client()));
    }

    /** All answers that had come are read. */
    void answersRead() {
        if (owed.complete()) {
            end(null, Outcome.OK);
        }
    }

    /** The member's system says that nobody listens there. */
    void unreachable() {
        shun();
        end(Reason.CONNECT_FAILED, owed.answered() == 0 ? Outcome.CONNECT_FAILED : Outcome.RESET);
    }

    @Override
    long due(long now) {
        if (now - lastActive < idleTicks) {
            long idle = lastActive + idleTicks;
            if (owed.overdue(now)) {
                shun();
                return idle;
            }
            return owed.any() ? Math.min(idle, owed.overdueAt()) : idle;
        }
        if (options.responses() > 0) {
            boolean wayBack = source == null || owed.answered() > 0; // or else the client's may be wrong
            end(Reason.IDLE_TIMEOUT, wayBack ? wheel.found(Outcome.TIMEOUT) : Outcome.UNKNOWN);
        } else {
            end(null, owed.answered() > 0 ? Outcome.OK : Outcome.UNKNOWN);
        }
        return Wheel.NEVER;
    }

    /**
     * Ends the session unless that has happened.
     *
     * @param reason why we end it, null when silence or the last answer did, as it should
     */
    void end(@Nullable Reason reason, Outcome outcome) {
        assert wheel.loop().inEventLoop() : "another thread";
        if (ended) {
            return;
        }
        ended = true;
        wheel.disarm(this);
        upstream.close();
        Member served = attempts.held();
        attempts.end(outcome);
        door.ended(this, socket);
        admission.leave();
        shared.table().remove(this);
        shared.listener()
                .closed(new ClosedConnection(id, listener(), client(), admission.spec().pool(), served,
                        attempts.count(), bytesIn, bytesOut, 0, wheel.ticker().nanoTime() - openedNanos,
                        reason,
                        outcome));
    }

    @Override
    public void close(Reason reason) {
        wheel.loop().execute(() -> end(reason, Outcome.UNKNOWN));
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

    @Override
    public @Nullable Member member() {
        return attempts.held();
    }

    @Override
    public long bytesIn() {
        return bytesIn;
    }

    @Override
    public long bytesSpliced() {
        return 0;
    }

    @Override
    public long bytesOut() {
        return bytesOut;
    }
}
