package io.headgate.config.properties;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The cache that routes with the filter Cache share.
 *
 * @param size the most bytes of the heap that stored answers take, with those that are being stored; what is
 *            used least goes first
 * @param statusHeader whether answers of routes with a cache say in Cache-Status (RFC 9211) what it did
 * @param disk a folder with a copy of what is stored, for after a restart and for more than memory has room
 *            for
 */
@ConfigurationProperties("headgate.cache")
public record CacheProperties(@DefaultValue("64MB") DataSize size,
        @DefaultValue("true") boolean statusHeader, @Nullable CacheDiskProperties disk) {}
