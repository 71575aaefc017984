package io.headgate.config.plan;

import io.headgate.config.fault.Faults;
import io.headgate.l7.Forwarding;
import io.headgate.pool.Timeouts;
import io.headgate.security.AddressSet;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;

/** What Spring Cloud Gateway's own properties say where Headgate's say nothing. */
final class GatewayDefaults {

    private static final String CLIENT = RouteDefinitions.PREFIX + ".httpclient.";
    private static final String TRUSTED = RouteDefinitions.PREFIX + ".trusted-proxies";
    private static final String FORWARDED = RouteDefinitions.PREFIX + ".forwarded.";
    private static final String X_FORWARDED = RouteDefinitions.PREFIX + ".x-forwarded.";

    private GatewayDefaults() {
    }

    /**
     * A pool's timeouts that it does not set. A route's metadata comes before the pool's, and these come
     * after.
     */
    static Timeouts timeouts(ConfigurableEnvironment environment) {
        Timeouts usual = Timeouts.DEFAULT;
        Integer connect = read(environment, CLIENT + "connect-timeout", Integer.class);
        Duration response = read(environment, CLIENT + "response-timeout", Duration.class);
        return new Timeouts(connect == null ? usual.connect() : Duration.ofMillis(connect), usual.send(),
                Objects.requireNonNullElse(response, usual.response()), usual.idle());
    }

    /** Null too for what cannot be read: Boot, which binds it itself, says so. */
    private static <T> @Nullable T read(ConfigurableEnvironment environment, String name, Class<T> type) {
        try {
            return Binder.get(environment).bind(name, type).orElse(null);
        } catch (BindException e) {
            return null;
        }
    }

    /** The forwarded headers, with the proxies that Spring Cloud Gateway trusts, and its switches. */
    static Forwarding forwarding(ConfigurableEnvironment environment, AddressSet trusted, Faults faults) {
        Set<String> unwritten = new HashSet<>();
        Set<String> replaced = new HashSet<>();
        boolean all = isOn(environment, X_FORWARDED + "enabled");
        for (String name : List.of("for", "proto", "host", "port")) {
            if (!all || !isOn(environment, X_FORWARDED + name + "-enabled")) {
                unwritten.add(Forwarding.PREFIX + name);
            }
            if (!isOn(environment, X_FORWARDED + name + "-append")) {
                replaced.add(Forwarding.PREFIX + name);
            }
        }
        if (!isOn(environment, FORWARDED + "enabled")) {
            unwritten.add("forwarded");
        }
        String proxies = environment.getProperty(TRUSTED, "");
        Pattern also = proxies.isEmpty()
                ? null
                : faults.parse(TRUSTED, proxies, Pattern::compile,
                        "Write a regular expression that whole addresses match, or name networks in"
                                + " headgate.forwarded.trusted.");
        return new Forwarding(trusted, also, unwritten, replaced, false);
    }

    private static boolean isOn(ConfigurableEnvironment environment, String name) {
        return !Boolean.FALSE.equals(read(environment, name, Boolean.class));
    }
}
