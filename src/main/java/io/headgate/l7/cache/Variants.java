package io.headgate.l7.cache;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The stored answers of one key, the newest first.
 *
 * @param listing of its URL, when the first of them was stored
 * @param answers of which each has another {@link Vary}
 */
record Variants(Listing listing, List<StoredAnswer> answers) {

    /** More are not kept: whoever can choose a field that an answer varies by could fill the cache. */
    static final int MOST = 64;

    static Variants none(Listing listing) {
        return new Variants(listing, List.of());
    }

    @Nullable
    StoredAnswer find(HttpHeaders request) {
        for (StoredAnswer answer : answers) {
            if (answer.vary().matches(request)) {
                return answer;
            }
        }
        return null;
    }

    Variants with(StoredAnswer answer) {
        List<StoredAnswer> next = new ArrayList<>();
        next.add(answer);
        for (StoredAnswer other : answers) {
            if (next.size() < MOST && !other.vary().equals(answer.vary())) {
                next.add(other);
            }
        }
        return new Variants(listing, List.copyOf(next));
    }

    Variants without(StoredAnswer answer) {
        return new Variants(listing, answers.stream().filter(other -> !other.equals(answer)).toList());
    }

    int weight() {
        long weight = 0;
        for (StoredAnswer answer : answers) {
            weight += answer.weight();
        }
        return (int) Math.min(Integer.MAX_VALUE, weight);
    }

    long usefulFor(long now) {
        long useful = 0;
        for (StoredAnswer answer : answers) {
            useful = Math.max(useful, answer.usefulFor(now));
        }
        return useful;
    }
}
