package io.headgate.l7.gateway.compile;

import io.headgate.l7.cache.Caching;
import io.headgate.l7.compress.Compression;
import io.headgate.l7.pages.ErrorPages;
import io.headgate.l7.route.Breaking;
import io.headgate.l7.route.Failover;
import io.headgate.l7.route.Hedging;
import io.headgate.l7.route.Mirroring;
import io.headgate.l7.route.Repeating;
import io.headgate.l7.route.RequestDraft;
import io.headgate.l7.route.RequestEdit;
import io.headgate.l7.route.ResponseEdit;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What one filter does.
 *
 * @param request before the member is asked
 * @param response to the member's answer
 * @param answering before the member is asked, if the filter may answer instead of it: made from the headers
 *            (names and values in turn) that its answers get from the filters before it
 * @param always the headers that answers of later filters get, too
 * @param repeating when what follows is done again
 * @param caching makes the route a cached one
 * @param breaking the circuit breaker that has what follows inside
 * @param mirroring which requests are copied to another pool
 * @param compression makes its answers compressed ones
 * @param hedging which requests go to a second member
 * @param failover where requests go in the end
 * @param pages those in the place of errors
 */
record Edits(@Nullable RequestEdit request, @Nullable ResponseEdit response,
        @Nullable Function<List<String>, RequestEdit> answering, Map<String, String> always,
        @Nullable Repeating repeating, @Nullable Caching caching, @Nullable Breaking breaking,
        @Nullable Mirroring mirroring, @Nullable Compression compression, @Nullable Hedging hedging,
        @Nullable Failover failover, ErrorPages.@Nullable Rule pages) {

    Edits(@Nullable RequestEdit request, @Nullable ResponseEdit response,
            @Nullable Function<List<String>, RequestEdit> answering, Map<String, String> always) {
        this(request, response, answering, always, null, null, null, null, null, null, null, null);
    }

    static Edits repeating(Repeating policy) {
        return new Edits(null, null, null, Map.of(), policy, null, null, null, null, null, null, null);
    }

    static Edits caching(Caching caching) {
        return new Edits(null, null, null, Map.of(), null, caching, null, null, null, null, null, null);
    }

    static Edits breaking(Breaking breaking) {
        return new Edits(RequestDraft::askBreaker, null, null, Map.of(), null, null, breaking, null, null,
                null, null, null);
    }

    static Edits mirroring(Mirroring mirroring) {
        return new Edits(null, null, null, Map.of(), null, null, null, mirroring, null, null, null, null);
    }

    static Edits compressing(Compression compression) {
        return new Edits(null, null, null, Map.of(), null, null, null, null, compression, null, null, null);
    }

    static Edits hedging(Hedging hedging) {
        return new Edits(null, null, null, Map.of(), null, null, null, null, null, hedging, null, null);
    }

    static Edits pages(ErrorPages.Rule pages) {
        return new Edits(null, null, null, Map.of(), null, null, null, null, null, null, null, pages);
    }

    static Edits failingOver(Failover failover) {
        return new Edits(null, null, null, Map.of(), null, null, null, null, null, null, failover, null);
    }

    static Edits before(RequestEdit edit) {
        return new Edits(edit, null, null, Map.of());
    }

    static Edits after(ResponseEdit edit) {
        return new Edits(null, edit, null, Map.of());
    }

    static Edits around(RequestEdit before, ResponseEdit after) {
        return new Edits(before, after, null, Map.of());
    }

    static Edits answering(Function<List<String>, RequestEdit> edit) {
        return new Edits(null, null, edit, Map.of());
    }
}
