package io.headgate.l7.cache;

/** What the lane does with a request after {@link CacheTurn#lookUp}. */
public sealed interface CacheStep {

    /**
     * It is answered so.
     *
     * @param refresh whether the answer is to be fetched anew behind the client's back: see
     *            {@link CacheTurn#refresh}
     */
    record Reply(CachedReply reply, boolean refresh) implements CacheStep {}

    /** A member is asked: call {@link CacheTurn#forward}. */
    record Forward() implements CacheStep {}

    /** Another request fetches it, or it is read from disk: call {@link CacheTurn#await}. */
    record Wait() implements CacheStep {}
}
