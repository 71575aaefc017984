package io.headgate.config.properties;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How sessions stay with a member.
 *
 * @param cookie sets a cookie that names the member of the session's first answer; just a name stands for one
 *            with this name and the defaults
 */
@ConfigurationProperties("headgate.pools.*.sticky")
public record PoolStickyProperties(@Nullable StickyCookieProperties cookie) {}
