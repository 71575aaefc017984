package io.headgate.config.properties;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * When the file of the access log is put aside. Its name then gets the time, such as
 * access.log.20261130-142031.
 *
 * @param size the file is put aside before it grows larger than this; 0 for no limit
 * @param every the file is put aside when it is this old; 0 for no limit
 * @param keep how many files that were put aside are kept; older ones are deleted
 */
@ConfigurationProperties("headgate.access-log.rotate")
public record LogRotationProperties(@DefaultValue("100MB") DataSize size, @DefaultValue("0s") Duration every,
        @DefaultValue("10") int keep) {}
