package io.headgate.l7.gateway;

import io.headgate.l7.StickyCookie;
import io.headgate.pool.Member;
import io.headgate.pool.StickySessions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;

/**
 * The sticky cookie of one request's way through {@link PoolFilter}: read, kept from the member, answered.
 */
final class Stickiness {

    /** Where nothing is sticky. */
    static final Stickiness NONE = new Stickiness(null);

    private final @Nullable StickyCookie cookie;
    private @Nullable String given;

    private Stickiness(@Nullable StickyCookie cookie) {
        this.cookie = cookie;
    }

    /** Reads the request. */
    static Stickiness of(@Nullable StickySessions sessions, ServerWebExchange exchange) {
        return sessions == null
                ? NONE
                : new Stickiness(StickyCookie.read(sessions,
                        exchange.getRequest().getHeaders().getOrEmpty(HttpHeaders.COOKIE)));
    }

    /** The member that the session is bound to. */
    @Nullable
    Member bound() {
        return cookie == null ? null : cookie.bound();
    }

    /** The exchange as members are to see it. */
    ServerWebExchange hidden(ServerWebExchange exchange) {
        if (cookie == null || !cookie.sent()) {
            return exchange;
        }
        List<String> rest = cookie.without(exchange.getRequest().getHeaders().getOrEmpty(HttpHeaders.COOKIE));
        return exchange.mutate().request(request -> request.headers(headers -> {
            headers.remove(HttpHeaders.COOKIE);
            rest.forEach(line -> headers.add(HttpHeaders.COOKIE, line));
        })).build();
    }

    /** The head of this member's answer has come. */
    void answered(ServerWebExchange exchange, Member member) {
        if (!exchange.getResponse().isCommitted()) {
            give(exchange, member);
        }
    }

    private void give(ServerWebExchange exchange, Member member) {
        String header = cookie == null ? null : cookie.setCookie(member);
        if (header != null) {
            exchange.getResponse().getHeaders().add(HttpHeaders.SET_COOKIE, header);
            given = header;
        }
    }

    /** The answer that it was given with is not the one that the client gets. */
    void takeBack(ServerWebExchange exchange) {
        List<String> all = given == null
                ? null
                : exchange.getResponse().getHeaders().get(HttpHeaders.SET_COOKIE);
        if (all != null) {
            List<String> others = all.stream().filter(header -> !header.equals(given)).toList();
            exchange.getResponse().getHeaders().put(HttpHeaders.SET_COOKIE, new ArrayList<>(others));
        }
    }
}
