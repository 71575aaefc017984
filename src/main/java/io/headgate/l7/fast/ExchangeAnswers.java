package io.headgate.l7.fast;

import io.headgate.pool.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;

/**
 * What the member of an {@link Exchange} sends, and how its connection ends. It is the base of Exchange
 * instead of a part of it, because a part would be one more object for each request.
 */
abstract class ExchangeAnswers extends ExchangeEnds implements UpstreamUser {

    /** Whether the circuit breaker of the route takes this answer for a failure, and answers instead. */
    abstract boolean breaks(HttpResponse answer);

    @Override
    public final void upstreamHead(HttpResponse response) {
        assert context().worker().isHome() && !isFinished();
        if (response.decoderResult().isSuccess() && response.status().code() == 101 && !relay().hasBegun()) {
            switchProtocol(response);
            return;
        }
        boolean fresh = !relay().hasBegun();
        if (fresh && (dispatch().isHedged(response) || dispatch().repeats(response)
                || dispatch().failsOver(response) || breaks(response))) {
            return;
        }
        Reason fault = relay().head(response);
        if (fault != null) {
            fail(fault);
        } else if (cached() != null && relay().instead() != null) {
            dispatch().endHedge();
            cached().insteadOfMembers(relay().instead());
        } else if (fresh && relay().hasBegun()) {
            dispatch().answered();
            succeeded();
        } else if (fresh) {
            awaitAnew(); // there are few informational answers
        }
    }

    @Override
    public final void upstreamContent(HttpContent content) {
        assert context().worker().isHome() && !isFinished();
        Reason fault = relay().content(content);
        boolean replaced = relay().instead() != null;
        if (fault != null) {
            fail(fault);
        } else if (cached() != null && replaced && content instanceof LastHttpContent) {
            cached().membersAnswerEnded();
        } else if (relay().isOver() && !isFinished()) { // this may already have closed the connection
            complete();
        }
    }

    @Override
    public final void upstreamBytes(ByteBuf bytes) {
        bytes.release();
        fail(Reason.BAD_RESPONSE);
    }

    @Override
    public final void upstreamReadComplete() {
        assert context().worker().isHome();
        relay().flush();
        context().client().flush();
        clientWritabilityChanged();
    }

    @Override
    public final void upstreamWritabilityChanged() {
        watch();
        context().client().resume();
    }

    /** The member is read as fast as the client accepts the data. */
    final void clientWritabilityChanged() {
        if (cached() != null && relay().isReplaying()) {
            cached().play();
            return;
        }
        Upstream from = dispatch().upstream();
        if (from != null && context().client().isWritable()) {
            from.read();
        }
        watch();
    }

    @Override
    public final void upstreamClosed() {
        assert context().worker().isHome();
        try {
            if (!isFinished() && (relay().hasBegun() || !dispatch().again())) {
                fail(Reason.UPSTREAM_RESET);
            }
        } catch (RuntimeException | Error e) {
            broken(e);
        }
    }

    @Override
    public final void upstreamBroken() {
        assert context().worker().isHome();
        try {
            if (!isFinished()) {
                fail(Reason.INTERNAL_ERROR);
            }
        } catch (RuntimeException | Error e) {
            broken(e);
        }
    }

    @Override
    public final void upstreamEvicted(Reason reason) {
        assert context().worker().isHome();
        try {
            if (relay().hasBegun() || !dispatch().again(reason)) {
                dispatch().leave();
                fail(reason);
            }
        } catch (RuntimeException | Error e) {
            broken(e);
        }
    }
}
