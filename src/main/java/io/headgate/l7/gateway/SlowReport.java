package io.headgate.l7.gateway;

import io.headgate.l7.CacheUse;
import io.headgate.pool.Reason;
import org.jspecify.annotations.Nullable;

/**
 * What filters and handlers find out about a request of the slow lane, for the access log, the meters, the
 * tracer and Headgate's own answers. It is the base of {@link SlowRequest} instead of a part of it, because a
 * part would be one more object for each request. Fields are volatile where filters go on on other threads
 * than that of the client's connection.
 */
abstract class SlowReport {

    private volatile @Nullable Reason reason;
    private volatile @Nullable Reason lost;
    private volatile @Nullable String route;
    private volatile @Nullable String id;
    private volatile @Nullable String user;
    private volatile boolean personal;
    private volatile boolean tunnel;
    private volatile long bytesIn;
    private volatile long bytesOut;
    private volatile @Nullable CacheUse cache;
    private int routes;

    void id(@Nullable String given) {
        id = given;
    }

    /** Its {@code X-Request-Id}; null if requests have none. */
    @Nullable
    String id() {
        return id;
    }

    /** A filter has found out who sent it. */
    void user(String name) {
        user = name;
    }

    @Nullable
    String user() {
        return user;
    }

    /** A filter has found that the answer is for this client only. */
    void personal() {
        personal = true;
    }

    boolean isMarkedPersonal() {
        return personal;
    }

    /** It became a tunnel, which has ended: so many bytes went each way. */
    void passed(long in, long out) {
        bytesIn = in;
        bytesOut = out;
        tunnel = true;
    }

    boolean isTunnel() {
        return tunnel;
    }

    /** Bytes that a tunnel passed on from the client. */
    long bytesIn() {
        return bytesIn;
    }

    /** Bytes that a tunnel passed on to the client. */
    long bytesOut() {
        return bytesOut;
    }

    /** Headgate answers it itself, or breaks off its answer, for this reason. */
    void refused(Reason why) {
        reason = why;
    }

    @Nullable
    Reason reason() {
        return reason;
    }

    /**
     * The client has gone while it was still sending: whatever fails from now on is not the member's fault.
     */
    void lost(Reason why) {
        lost = why;
    }

    /** Why the client is no longer there, null while it is. */
    @Nullable
    Reason lost() {
        return lost;
    }

    /** What the route's cache did. */
    void cached(@Nullable CacheUse use) {
        cache = use;
    }

    @Nullable
    CacheUse cache() {
        return cache;
    }

    /** How many routes it has had with this one: more than one where a route's target is another. */
    int route(String id) {
        route = id;
        routes++;
        return routes;
    }

    @Nullable
    String route() {
        return route;
    }
}
