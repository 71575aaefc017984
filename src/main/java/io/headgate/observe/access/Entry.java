package io.headgate.observe.access;

import io.headgate.l4.ClosedConnection;
import io.headgate.l7.CacheUse;
import io.headgate.l7.ServedRequest;
import io.headgate.pool.Member;
import io.headgate.pool.Reason;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What one line tells. An event loop has one such object and fills it anew for each line; what a line does
 * not have is null, or -1 where it is a number.
 */
final class Entry {

    long millis;
    String layer = "";
    @Nullable
    String listener;
    @Nullable
    String client;
    @Nullable
    String user;
    @Nullable
    String method;
    @Nullable
    String target;
    long status;
    @Nullable
    Reason reason;
    @Nullable
    String detail;
    @Nullable
    String route;
    @Nullable
    String pool;
    @Nullable
    String member;
    long attempts;
    @Nullable
    String outcome;
    long in;
    long out;
    long spliced;
    long nanos;
    @Nullable
    String lane;
    @Nullable
    String id;
    long queued;
    long connected;
    long answered;
    @Nullable
    String cache;
    long grpcStatus;

    /** A request that is over. */
    void fill(ServedRequest request, long now) {
        clear("l7", now);
        listener = request.listener();
        client = request.client();
        user = request.user();
        method = request.method();
        target = request.target();
        status = request.status();
        reason = request.reason();
        detail = request.detail();
        route = request.route();
        Member last = request.member();
        if (last != null) {
            pool = last.pool().name();
            member = last.id();
            attempts = request.attempts();
        }
        in = request.bytesIn();
        out = request.bytesOut();
        nanos = request.nanos();
        id = request.id();
        queued = request.queueNanos();
        connected = request.connectNanos();
        answered = request.answerNanos();
        lane = switch (request.lane()) {
            case FAST -> "fast";
            case SLOW -> "slow";
            case NONE -> "none";
        };
        grpcStatus = request.grpcStatus();
        CacheUse use = request.cache();
        cache = use == null ? null : use.code();
    }

    /** A layer 4 connection that is over. */
    void fill(ClosedConnection connection, long now) {
        refused(connection.listener(), connection.client(), connection.reason(), now);
        pool = connection.pool();
        Member last = connection.member();
        member = last == null ? null : last.id();
        attempts = connection.attempts();
        outcome = connection.outcome().code();
        in = connection.bytesIn();
        out = connection.bytesOut();
        spliced = connection.bytesSpliced();
        nanos = connection.nanos();
    }

    /** A layer 4 client that was turned away. */
    void refused(String by, InetSocketAddress address, @Nullable Reason why, long now) {
        clear("l4", now);
        listener = by;
        client = NetUtil.toSocketAddressString(address);
        reason = why;
    }

    /** Something of ours failed, or the member did: such lines are never left out by chance. */
    boolean isFailure() {
        return reason != null || status >= 500;
    }

    private void clear(String of, long now) {
        millis = now;
        layer = of;
        listener = null;
        client = null;
        user = null;
        method = null;
        target = null;
        status = -1;
        reason = null;
        detail = null;
        route = null;
        pool = null;
        member = null;
        attempts = -1;
        outcome = null;
        in = -1;
        out = -1;
        spliced = -1;
        nanos = -1;
        lane = null;
        id = null;
        queued = -1;
        connected = -1;
        answered = -1;
        cache = null;
        grpcStatus = -1;
    }
}
