package io.headgate.l7.route;

import io.headgate.l7.mirror.MirrorCounts;
import io.headgate.pool.RandomSource;
import java.util.List;

/**
 * Which requests of a route are copied to another pool. Immutable.
 *
 * @param copies the route that copies take
 * @param share how many of 10,000
 * @param maxBody bytes of a body that is copied
 * @param most copies that are under way at once, of all routes to that pool
 * @param counts of that pool
 */
public record Mirroring(FastRoute copies, int share, long maxBody, int most, MirrorCounts counts) {

    /** Tells the pool that it is a copy, and of which route; copies are not copied again. */
    public static final String MARK = "X-Headgate-Mirror";

    private static final int ALL = 10_000;
    /**
     * Makes the request one whose head was edited: its framing and its forwarded headers are written anew.
     */
    private static final RequestEdit EDITED = draft -> {
        // the filters of the route have
    };

    public Mirroring(String route, String pool, int share, long maxBody, int most, MirrorCounts counts) {
        this(new FastRoute(route, List.of(EDITED), List.of(), List.of(), new Target.OfPool(pool), null, null),
                share, maxBody, most, counts);
    }

    /** Whether the next request is copied. */
    public boolean draws(RandomSource random) {
        return share >= ALL || (share > 0 && random.below(ALL) < share);
    }
}
