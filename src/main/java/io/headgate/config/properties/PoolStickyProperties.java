package io.headgate.config.properties;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How sessions stay with a member.
 *
 * @param cookie the cookie that names the member of the session's first answer; a plain name stands for a
 *            cookie of that name with the defaults
 */
@ConfigurationProperties("headgate.pools.*.sticky")
public record PoolStickyProperties(@Nullable StickyCookieProperties cookie) {}
