package io.headgate.config.plan;

import io.headgate.config.fault.Faults;
import io.headgate.config.properties.PoolProperties;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindResult;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;

/** Checks where the configured routes lead: SCG itself would report it only when a request comes. */
final class RouteChecks {

    static final String ROUTES = "spring.cloud.gateway.server.webflux.routes";

    private static final Set<String> SCHEMES = Set.of("lb", "http", "https", "ws", "wss", "forward",
            "no"); // no://op: the filters of the route answer, or decide where it leads

    private static final Set<String> HOSTED = Set.of("http", "https", "ws", "wss");

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}:]+)}");

    private static final Pattern WITHIN = Pattern.compile("(?:ws|wss|http|https)://([^/?#]+)(?:/.*)?");

    private RouteChecks() {
    }

    /** The checked parts of a route; SCG binds and checks the rest. */
    record Destination(@Nullable String id, @Nullable String uri) {}

    /**
     * Checks each.
     *
     * @param sockets the pools that have Unix domain sockets among their members
     */
    static void check(ConfigurableEnvironment environment, Map<String, PoolProperties> pools,
            Set<String> sockets, Faults faults) {
        BindResult<List<Destination>> routes = Binder.get(environment).bind(ROUTES,
                Bindable.listOf(Destination.class));
        List<Destination> destinations = routes.orElse(List.of());
        Set<String> led = new LinkedHashSet<>();
        for (int i = 0; i < destinations.size(); i++) {
            String pool = check(ROUTES + "[" + i + "].uri", destinations.get(i).uri(), pools.keySet(),
                    sockets, faults);
            if (pool != null) {
                led.add(pool);
            }
        }
        led.forEach(pool -> protocol(pool, pools.get(pool), faults));
    }

    /**
     * Members that are checked by gRPC speak HTTP/2: each request in HTTP/1.1 would fail. If checks have a
     * port of their own, they say nothing about the members' other ports.
     */
    private static void protocol(String name, @Nullable PoolProperties pool, Faults faults) {
        if (pool != null && pool.health().check().equals("grpc") && pool.health().port() == null
                && pool.protocol().equals("http1")) {
            faults.add("headgate.pools." + name + ".protocol", pool.protocol(),
                    "h2c, h2 or auto, because a route leads to the pool, and its check: grpc says that the members speak HTTP/2",
                    "Write protocol: h2c, with tls protocol: h2. Check members that serve HTTP/1.1 beside gRPC"
                            + " with check: http.");
        }
    }

    /** Gives the configured pool that the route leads to, null for none. */
    private static @Nullable String check(String property, @Nullable String text, Set<String> pools,
            Set<String> sockets, Faults faults) {
        String form = "lb://POOL, http://HOST, https://HOST or forward:/PATH";
        if (text == null) {
            faults.add(property, null, form, "Say where the route leads.");
            return null;
        }
        Matcher unset = PLACEHOLDER.matcher(text);
        if (unset.find()) {
            faults.add(property, text, "a value for " + unset.group(1) + ", which is not set",
                    "Set it, or write a default: ${" + unset.group(1) + ":VALUE}.");
            return null;
        }
        URI uri = faults.parse(property, text, URI::create, "Write " + form + ".");
        if (uri == null) {
            return null;
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!SCHEMES.contains(scheme)) {
            faults.add(property, text, form, "Write " + form + ".");
            return null;
        }
        if (!scheme.equals("forward") && uri.getPath() != null && uri.getPath().length() > 1) {
            faults.warn(property, text, "no path, because a route does not use it",
                    "Add the filter PrefixPath=" + uri.getPath() + ", if it is meant.");
        }
        if (HOSTED.contains(scheme) && uri.getHost() == null) {
            faults.add(property, text, scheme + "://HOST", "Write " + scheme
                    + ":, two slashes and the host's name, of letters, digits, hyphens and dots.");
        }
        if (!scheme.equals("lb")) {
            return null;
        }
        String pool = pool(uri);
        if (pool == null || !pools.contains(pool)) {
            String names = pools.isEmpty() ? "no pool is configured" : "one of " + String.join(", ", pools);
            String lower = pool == null ? "" : pool.toLowerCase(Locale.ROOT);
            faults.add(property, text, "lb://POOL with a configured pool: " + names,
                    pool == null || pool.equals(lower)
                            ? "Add the pool under headgate.pools, or use the name of a configured one."
                            : "Names of pools are in lower case: write lb://" + lower
                                    + (pools.contains(lower)
                                            ? "."
                                            : ", and add the pool " + lower + " under headgate.pools."));
            return null;
        }
        if (sockets.contains(pool)) {
            faults.add(property, text, "a pool without Unix domain sockets; only layer 4 speaks to them",
                    "Let the members listen on a port, or lead to them by a listener.");
        }
        return pool;
    }

    /** From {@code lb://POOL}, or from {@code lb:ws://POOL}, which also names the protocol of its members. */
    private static @Nullable String pool(URI uri) {
        if (!uri.isOpaque()) {
            return uri.getHost();
        }
        Matcher within = WITHIN.matcher(uri.getSchemeSpecificPart());
        return within.matches() ? within.group(1) : null;
    }
}
