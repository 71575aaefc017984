package io.headgate.config.plan;

import io.headgate.config.fault.Faults;
import io.headgate.config.properties.PoolProperties;
import io.headgate.config.properties.StickyCookieProperties;
import io.headgate.pool.Algorithm;
import io.headgate.pool.HashOn;
import io.headgate.pool.Sticky;
import io.headgate.pool.StickyKeys;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks how one pool's sessions stay with their members. */
final class StickyCompiler {

    /** A token of RFC 9110, 5.6.2. */
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    /** RFC 6265, 4.1.1: no control characters, no semicolon. */
    private static final Pattern PATH = Pattern.compile("/[\\x21-\\x3a\\x3c-\\x7e]*");
    private static final Pattern DOMAIN = Pattern.compile("[0-9A-Za-z]([0-9A-Za-z.-]*[0-9A-Za-z])?");
    private static final Map<String, String> SAME_SITE = Map.of("strict", "Strict", "lax", "Lax", "none",
            "None");

    private StickyCompiler() {
    }

    /** Null if nothing is sticky. */
    static @Nullable Sticky compile(String pool, PoolProperties properties, StickyKeys keys, Faults faults) {
        if (properties.sticky() == null || properties.sticky().cookie() == null) {
            return null;
        }
        String path = "headgate.pools." + pool + ".sticky.cookie";
        StickyCookieProperties cookie = properties.sticky().cookie();
        String name = cookie.name() == null ? "headgate-" + pool : cookie.name();
        check(path, name, cookie, faults);
        boolean hashes = Algorithm.named(properties.balance())
                .map(algorithm -> algorithm.key(HashOn.SOURCE)).isPresent();
        if (hashes) {
            faults.add(path, name, "no cookie with balance: " + properties.balance(),
                    "Hashing keeps sessions with their members already: choose one of the two.");
        }
        return new Sticky(name, attributes(cookie), keys);
    }

    private static void check(String path, String name, StickyCookieProperties cookie, Faults faults) {
        if (!NAME.matcher(name).matches()) {
            faults.add(path + ".name", name, "a cookie's name", "Use letters, digits, hyphens.");
        }
        if (name.startsWith("__Secure-") && !cookie.secure()) {
            faults.add(path + ".secure", cookie.secure(), "true for a name that begins with __Secure-",
                    "Clients drop such a cookie otherwise.");
        }
        if (name.startsWith("__Host-")
                && !(cookie.secure() && cookie.domain() == null && cookie.path().equals("/"))) {
            faults.add(path + ".name", name, "secure: true, path: / and no domain for such a name",
                    "Clients drop the cookie otherwise.");
        }
        if (!PATH.matcher(cookie.path()).matches()) {
            faults.add(path + ".path", cookie.path(), "a path that begins with /, without ; and spaces",
                    "Write / for all paths.");
        }
        String domain = cookie.domain();
        if (domain != null && !DOMAIN.matcher(domain).matches()) {
            faults.add(path + ".domain", domain, "a domain name", "Leave it out for just the host.");
        }
        if (!SAME_SITE.containsKey(cookie.sameSite())) {
            faults.add(path + ".same-site", cookie.sameSite(), "strict, lax or none",
                    "Write one of these values.");
        } else if (cookie.sameSite().equals("none") && !cookie.secure()) {
            faults.add(path + ".same-site", cookie.sameSite(), "secure: true beside none",
                    "Clients drop such a cookie otherwise.");
        }
        Duration maxAge = cookie.maxAge();
        if (maxAge != null && maxAge.toSeconds() < 1) {
            faults.add(path + ".max-age", maxAge, "a duration of 1s or more",
                    "Leave it out for a cookie that ends with the browser.");
        }
    }

    private static String attributes(StickyCookieProperties cookie) {
        StringBuilder text = new StringBuilder("; Path=").append(cookie.path());
        if (cookie.domain() != null) {
            text.append("; Domain=").append(cookie.domain());
        }
        if (cookie.maxAge() != null) {
            text.append("; Max-Age=").append(cookie.maxAge().toSeconds());
        }
        if (cookie.secure()) {
            text.append("; Secure");
        }
        if (cookie.httpOnly()) {
            text.append("; HttpOnly");
        }
        return text.append("; SameSite=").append(SAME_SITE.get(cookie.sameSite())).toString();
    }
}
