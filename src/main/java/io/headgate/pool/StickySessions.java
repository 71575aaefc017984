package io.headgate.pool;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which member a cookie's value names. All values are made when members come or go, so that a request costs
 * one look-up and no cryptography: what is not in the table was not signed by us, or names a member that is
 * gone. Immutable.
 */
public final class StickySessions {

    private final Sticky spec;
    private final Map<String, Member> byToken = new HashMap<>();
    private final Map<Member, Cookie> cookies = new HashMap<>();
    private final Map<String, List<String>> tokens = new HashMap<>();

    private StickySessions(Sticky spec) {
        this.spec = spec;
    }

    private record Cookie(String token, String header) {}

    /**
     * The table for these members.
     *
     * @param before the table so far, whose tokens are not made again
     */
    static StickySessions of(Sticky spec, String pool, List<Member> members,
            @Nullable StickySessions before) {
        StickySessions table = new StickySessions(spec);
        Map<String, List<String>> known = before != null && before.spec.keys().equals(spec.keys())
                ? before.tokens
                : Map.of();
        for (Member member : members) {
            List<String> tokens = known.get(member.id());
            table.add(member, tokens != null ? tokens : spec.keys().tokens(pool, member.id()));
        }
        return table;
    }

    private void add(Member member, List<String> names) {
        tokens.put(member.id(), names);
        names.forEach(token -> byToken.put(token, member));
        String first = names.getFirst();
        cookies.put(member, new Cookie(first, spec.cookie() + "=" + first + spec.attributes()));
    }

    /** The cookie's name. */
    public String cookie() {
        return spec.cookie();
    }

    /** Whom this value names; null for what is tampered with, stale or unknown. */
    public @Nullable Member member(String token) {
        return byToken.get(token);
    }

    /** The Set-Cookie header that names this member; null when it is no longer one of the pool's. */
    public @Nullable String setCookie(Member member) {
        Cookie cookie = cookies.get(member);
        return cookie == null ? null : cookie.header;
    }

    /** Whether this value is the one that we would give out for the member now. */
    public boolean isCurrent(@Nullable String token, Member member) {
        Cookie cookie = cookies.get(member);
        return cookie != null && cookie.token.equals(token);
    }
}
