package io.headgate.l7.route;

import io.netty.handler.codec.http.HttpHeaderNames;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.util.CollectionUtils;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.util.UriComponents;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * Which pages of other origins may use a route (CORS), decided as Spring decides it: by the first rule whose
 * paths the request's is among. It answers preflights and refuses what may not pass; every other answer gets
 * the headers that tell the browser.
 */
public final class Cors {

    private static final Answer PREFLIGHT = new Answer(200, List.of());
    private static final Answer REFUSED = new Answer(403, List.of());
    private static final List<String> VARY = List.of(HttpHeaders.VARY, HttpHeaders.ORIGIN, HttpHeaders.VARY,
            HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD, HttpHeaders.VARY,
            HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS);
    private static final String ASKS_PRIVATE = "Access-Control-Request-Private-Network";
    private static final String ALLOWS_PRIVATE = "Access-Control-Allow-Private-Network";

    private final List<Rule> rules;

    public Cors(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    /**
     * What pages of other origins may do with some paths.
     *
     * @param paths null for all
     */
    public record Rule(@Nullable PathCondition paths, CorsConfiguration allowed) {}

    /** Answers what it must not pass, and notes what browsers are to be told. */
    public void apply(RequestDraft draft) {
        RequestView request = draft.received();
        CorsConfiguration allowed = allowed(request);
        boolean preflight = request.isPreflight();
        if (allowed == null) {
            if (preflight) {
                draft.answer(PREFLIGHT);
            }
            return;
        }
        draft.toClient(VARY);
        String origin = request.headers().get(HttpHeaderNames.ORIGIN);
        if (origin == null) {
            return;
        }
        try {
            if (!isOwn(origin, request)) {
                decide(draft, allowed, origin, preflight);
            } else if (preflight) {
                draft.answer(PREFLIGHT);
            }
        } catch (IllegalArgumentException e) {
            draft.answer(REFUSED); // a malformed origin
        }
    }

    private @Nullable CorsConfiguration allowed(RequestView request) {
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            if (rule.paths == null || rule.paths.matches(request)) {
                return rule.allowed;
            }
        }
        return null;
    }

    /** Whether the page comes from where the request goes to. */
    private static boolean isOwn(String origin, RequestView request) {
        URI here = URI.create((request.isSecure() ? "https://" : "http://") + request.host());
        if (here.getHost() == null) {
            throw new IllegalArgumentException("no host"); // which Spring's own comparison demands
        }
        UriComponents page = UriComponentsBuilder.fromUriString(origin).build();
        return String.valueOf(here.getScheme()).equals(page.getScheme())
                && here.getHost().equals(page.getHost())
                && port(here.getScheme(), here.getPort()) == port(page.getScheme(), page.getPort());
    }

    private static int port(@Nullable String scheme, int port) {
        return port != -1 || scheme == null ? port : switch (scheme) {
            case "http", "ws" -> 80;
            case "https", "wss" -> 443;
            default -> port;
        };
    }

    private static void decide(RequestDraft draft, CorsConfiguration allowed, String origin,
            boolean preflight) {
        io.netty.handler.codec.http.HttpHeaders asked = draft.headers();
        String to = allowed.checkOrigin(origin);
        String method = preflight
                ? asked.get(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD)
                : draft.received().method().name();
        List<HttpMethod> methods = allowed
                .checkHttpMethod(method == null ? null : HttpMethod.valueOf(method));
        List<String> names = preflight ? allowed.checkHeaders(askedHeaders(asked)) : List.of();
        if (to == null || methods == null || names == null) {
            draft.answer(REFUSED);
            return;
        }
        HttpHeaders told = new HttpHeaders();
        told.setAccessControlAllowOrigin(to);
        if (preflight) {
            told.setAccessControlAllowMethods(methods);
            if (!names.isEmpty()) {
                told.setAccessControlAllowHeaders(names);
            }
        }
        if (!CollectionUtils.isEmpty(allowed.getExposedHeaders())) {
            told.setAccessControlExposeHeaders(allowed.getExposedHeaders());
        }
        if (Boolean.TRUE.equals(allowed.getAllowCredentials())) {
            told.setAccessControlAllowCredentials(true);
        }
        if (Boolean.TRUE.equals(allowed.getAllowPrivateNetwork())
                && Boolean.parseBoolean(asked.get(ASKS_PRIVATE))) {
            told.set(ALLOWS_PRIVATE, "true");
        }
        if (preflight && allowed.getMaxAge() != null) {
            told.setAccessControlMaxAge(allowed.getMaxAge());
        }
        List<String> all = new ArrayList<>(VARY);
        told.forEach((name, values) -> values.forEach(value -> {
            all.add(name);
            all.add(value);
        }));
        draft.toClient(all);
        if (preflight) {
            draft.answer(PREFLIGHT);
        }
    }

    private static List<String> askedHeaders(io.netty.handler.codec.http.HttpHeaders asked) {
        HttpHeaders spring = new HttpHeaders();
        spring.addAll(HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS,
                asked.getAll(HttpHeaderNames.ACCESS_CONTROL_REQUEST_HEADERS));
        return spring.getAccessControlRequestHeaders();
    }
}
