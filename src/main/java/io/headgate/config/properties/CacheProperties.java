package io.headgate.config.properties;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The cache that routes with the filter Cache share.
 *
 * @param size the most bytes of the heap that stored answers take, with those that are being stored; what is
 *            used least goes first
 * @param statusHeader whether answers of routes with a cache say in Cache-Status (RFC 9211) what it did
 */
@ConfigurationProperties("headgate.cache")
public record CacheProperties(@DefaultValue("64MB") DataSize size,
        @DefaultValue("true") boolean statusHeader) {}
