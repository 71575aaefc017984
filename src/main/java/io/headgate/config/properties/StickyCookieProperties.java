package io.headgate.config.properties;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The cookie of a sticky pool.
 *
 * @param name its name; headgate- and the pool's name where none is given
 * @param path the path and all below it for which clients send it
 * @param domain the domain for which clients send it, with all below it; just the host that set it where none
 *            is given
 * @param secure whether clients send it by https only
 * @param httpOnly whether it is hidden from scripts
 * @param sameSite strict, lax or none: whether clients send it with requests that come from other sites; none
 *            needs secure
 * @param maxAge how long clients keep it, counted from when it was set, in whole seconds; until the browser
 *            ends where none is given
 */
@ConfigurationProperties("headgate.pools.*.sticky.cookie")
public record StickyCookieProperties(@Nullable String name, @DefaultValue("/") String path,
        @Nullable String domain, @DefaultValue("false") boolean secure,
        @DefaultValue("true") boolean httpOnly, @DefaultValue("lax") String sameSite,
        @Nullable Duration maxAge) {

    /** The short form; an empty name is the default one. */
    public static StickyCookieProperties named(String name) {
        return new StickyCookieProperties(name.isEmpty() ? null : name, "/", null, false, true, "lax", null);
    }
}
