package io.headgate.config.properties;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The cookie of a sticky pool.
 *
 * @param name the cookie's name; by default headgate- and the pool's name
 * @param path the path for which clients send the cookie, with everything below it
 * @param domain the domain for which clients send the cookie, with everything below it; by default only the
 *            host that set it
 * @param secure whether clients send the cookie over https only
 * @param httpOnly whether the cookie is hidden from scripts
 * @param sameSite strict, lax or none: whether clients send the cookie with requests that come from other
 *            sites; none needs secure
 * @param maxAge how long clients keep the cookie, counted from when it was set, in whole seconds; by default
 *            until the browser ends
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
