package io.headgate.l7.fast;

import io.headgate.l7.route.Hedging;
import io.headgate.pool.Attempt;
import io.headgate.pool.Hedges;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pool;
import io.headgate.pool.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A second attempt of a request, on another member, when the first takes long. While both are under way, what
 * comes here stays here. The first head of an answer that is no failure decides: either the first attempt
 * answers and this one is given up, or this one takes its place. If one of the two fails, the other goes on.
 * Once this one has the first one's place, all that comes is the exchange's.
 */
final class Hedge implements UpstreamUser, Dialer.Caller {

    private final Exchange exchange;
    private final HedgedSending first;
    private final Hedging rule;
    private @Nullable Future<?> timer;
    private @Nullable Attempt attempt;
    private @Nullable Dialing dialing;
    private @Nullable Upstream upstream;
    /** Whose budget it has a place in. */
    private @Nullable Hedges place;
    /** It has taken the place of the first attempt. */
    private boolean alone;
    private long sentAt;

    Hedge(Exchange exchange, HedgedSending first, Hedging rule) {
        this.exchange = exchange;
        this.first = first;
        this.rule = rule;
    }

    private Worker worker() {
        return exchange.context().worker();
    }

    /** Whether both attempts are under way. */
    boolean isUnderWay() {
        return attempt != null && !alone;
    }

    /** A first attempt begins, perhaps after others have failed. */
    void arm(Pool pool) {
        long delay = rule.delay(pool);
        if (delay < 0 || timer != null || isUnderWay()) {
            return;
        }
        end();
        attempt = null;
        upstream = null;
        alone = false;
        timer = worker().loop().schedule(() -> fire(pool), delay, TimeUnit.NANOSECONDS);
    }

    private void fire(Pool pool) {
        timer = null;
        if (exchange.isFinished() || exchange.relay().hasBegun() || !first.isHedgeable()) {
            return;
        }
        Attempt second = pool.hedges().begin(exchange.context().attempts());
        if (second == null) {
            return;
        }
        place = pool.hedges();
        attempt = second;
        Dialing made = new Dialing(this);
        dialing = made;
        try {
            first.connectBeside(second.member(), made);
        } catch (RuntimeException | Error e) {
            exchange.broken(e);
        }
    }

    @Override
    public void connected(Upstream fresh) {
        assert worker().isHome() : "another thread";
        dialing = null;
        Attempt mine = attempt;
        Reason evicted = mine == null ? null : mine.evicted();
        if (mine == null || evicted != null) {
            fresh.close();
            failed(evicted == null ? Outcome.UNKNOWN : evicted.outcome(), evicted);
            return;
        }
        try {
            upstream = fresh;
            sentAt = worker().now();
            fresh.attach(this);
            first.sendCopy(fresh);
            if (alone) {
                first.sends(fresh, sentAt);
            }
        } catch (RuntimeException | Error e) {
            fresh.close();
            exchange.broken(e);
        }
    }

    @Override
    public void failed(Throwable error) {
        assert worker().isHome() : "another thread";
        dialing = null;
        if (attempt != null) {
            attempt.member().pool().connections().failedOne();
        }
        Reason reason = Failures.dialling(error);
        boolean excused = worker().isHeldUp() || first.isWayToBlame(error);
        failed(excused ? Outcome.UNKNOWN : reason.outcome(), reason);
    }

    /** It has no answer: the first attempt is waited for, or what comes after one that has failed. */
    private void failed(Outcome outcome, @Nullable Reason reason) {
        try {
            if (alone && reason != null) {
                first.retryAnew(reason, outcome);
            } else {
                giveUp(outcome);
            }
        } catch (RuntimeException | Error e) {
            exchange.broken(e);
        }
    }

    /** The first attempt has been answered, or given up, after so long. */
    void took(Pool pool, long nanos) {
        if (!alone) {
            pool.hedges().times().observe(nanos);
        }
    }

    /**
     * Takes the place of the first attempt, which has failed, or is given up for this one's answer.
     *
     * @param outcome of the first attempt
     * @return false if there is no second attempt
     */
    boolean takeOver(Outcome outcome) {
        Attempt mine = attempt;
        if (mine == null || alone) {
            return false;
        }
        alone = true;
        mine.member().pool().hedges().wins();
        first.replace(mine, upstream, sentAt, outcome);
        return true;
    }

    /** Nothing is hedged any more. An attempt that has not taken over is given up. */
    void end() {
        Future<?> waiting = timer;
        if (waiting != null) {
            timer = null;
            waiting.cancel(false);
        }
        forgetDialing(); // also when it is alone: nobody would end what it sends then
        Attempt mine = attempt;
        if (mine != null && !alone) {
            if (upstream != null) {
                mine.outlasted(worker().now() - sentAt);
            }
            giveUp(Outcome.UNKNOWN);
        }
        givePlaceBack();
    }

    /** Its connection is closed before its place on the member is given on. */
    private void giveUp(Outcome outcome) {
        forgetDialing();
        Upstream used = upstream;
        upstream = null;
        if (used != null) {
            used.close();
        }
        Attempt mine = attempt;
        attempt = null;
        if (mine != null) {
            mine.release(outcome);
        }
        givePlaceBack();
    }

    private void forgetDialing() {
        if (dialing != null) {
            dialing.forget();
            dialing = null;
        }
    }

    private void givePlaceBack() {
        Hedges has = place;
        place = null;
        if (has != null) {
            has.end();
        }
    }

    // What its member sends

    @Override
    public void upstreamHead(HttpResponse head) {
        if (alone) {
            exchange.upstreamHead(head);
        } else if (head.decoderResult().isSuccess()
                && head.status().codeClass() == HttpStatusClass.INFORMATIONAL
                && head.status().code() != 101) {
            return; // the first attempt tells the client what there is to tell in between
        } else if (!ResponseHead.isFinal(head)) {
            giveUp(Reason.BAD_RESPONSE.outcome());
        } else if (exchange.relay().hasBegun()) {
            end();
        } else if (first.isFailure(head)) {
            answered();
            giveUp(Sending.outcome(head));
        } else {
            first.outlasted();
            takeOver(Outcome.UNKNOWN);
            exchange.upstreamHead(head);
        }
    }

    private void answered() {
        Attempt mine = attempt;
        if (mine != null) {
            mine.answered(worker().now() - sentAt);
        }
    }

    @Override
    public void upstreamContent(HttpContent content) {
        if (alone) {
            exchange.upstreamContent(content);
        } else {
            content.release(); // the end of an informational answer
        }
    }

    @Override
    public void upstreamBytes(ByteBuf bytes) {
        if (alone) {
            exchange.upstreamBytes(bytes);
        } else {
            bytes.release();
            giveUp(Reason.BAD_RESPONSE.outcome());
        }
    }

    @Override
    public void upstreamReadComplete() {
        if (alone) {
            exchange.upstreamReadComplete();
        } else if (upstream != null) {
            upstream.read();
        }
    }

    @Override
    public void upstreamWritabilityChanged() {
        if (alone) {
            exchange.upstreamWritabilityChanged();
        }
    }

    @Override
    public void upstreamClosed() {
        Upstream gone = upstream;
        if (alone) {
            exchange.upstreamClosed();
        } else if (gone != null) {
            giveUp(Sending.blame(gone));
        }
    }

    @Override
    public void upstreamBroken() {
        if (alone) {
            exchange.upstreamBroken();
        } else {
            giveUp(Outcome.UNKNOWN);
        }
    }

    @Override
    public void upstreamEvicted(Reason reason) {
        if (alone) {
            exchange.upstreamEvicted(reason);
        } else {
            giveUp(reason.outcome());
        }
    }
}
