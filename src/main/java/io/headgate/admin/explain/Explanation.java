package io.headgate.admin.explain;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What would become of a request.
 *
 * @param request its method and target
 * @param host its Host header
 * @param listener where it would come in
 * @param routes each route up to the one that takes it
 * @param answer what happens, in a sentence
 * @param route the one that takes it, null for none
 * @param lane {@code fast} or {@code slow}
 * @param laneReason why the lane is slow
 * @param filters in the order in which they act on the request
 * @param sentAs method and target as the member gets them, null if that cannot be said beforehand
 * @param pool where it goes, null for a fixed address
 * @param members of the pool
 * @param picked who would be picked, in words
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Explanation(String request, @Nullable String host, String client, String listener, List<Asked> routes,
        String answer, @Nullable String route, @Nullable String lane, @Nullable String laneReason,
        List<String> filters, @Nullable String sentAs, @Nullable String pool, List<Choice> members,
        @Nullable String picked, List<Limit> timeouts) {

    /**
     * A route that was asked.
     *
     * @param takes {@code no}, {@code perhaps} or {@code yes}
     * @param condition the first condition that does not match
     * @param value what the request has in that place
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Asked(String route, String takes, @Nullable String condition, @Nullable String value) {}

    /**
     * A member of the pool.
     *
     * @param why it is not eligible, or what is particular to it
     */
    record Choice(String id, String address, boolean eligible, String why, int weight, int inFlight) {}

    /**
     * A time-out.
     *
     * @param value zero for none
     * @param property what sets it
     * @param place file, line and column; {@code default} if nothing sets it
     */
    record Limit(String name, String value, String property, String place) {}
}
