package io.headgate.config.properties;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The files of the cache.
 *
 * @param path of a folder that only this process uses; it is created if it is not there
 * @param size the most bytes of all files in it, 16MB or more; what is oldest and was not asked for goes
 *            first
 */
@ConfigurationProperties("headgate.cache.disk")
public record CacheDiskProperties(@Nullable String path, @DefaultValue("1GB") DataSize size) {}
