package io.headgate.config.properties;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The keys that sign the cookies of sticky pools.
 *
 * @param key the key that signs sticky cookies, the same on every replica: at least 32 random bytes in base64
 *            or hexadecimal, or file:PATH of a file with these; the variable HEADGATE_STICKY_KEY sets it,
 *            too. Without a key, Headgate makes one for this process, and a restart loses every session's
 *            member
 * @param oldKeys former keys, in the same forms: cookies signed with them stay valid and are replaced by
 *            cookies of the current key
 */
@ConfigurationProperties("headgate.sticky")
public record StickyProperties(@Nullable String key, @DefaultValue List<String> oldKeys) {

    /** Without the keys: they have no place in a log. */
    @Override
    public String toString() {
        return "StickyProperties[]";
    }
}
