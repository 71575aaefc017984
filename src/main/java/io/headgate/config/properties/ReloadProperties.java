package io.headgate.config.properties;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When the configuration is read again; {@code POST /actuator/reload} does it at any time.
 *
 * @param watch whether a changed file is applied by itself
 * @param interval how often Headgate looks at the files; a change is applied when two looks in a row see the
 *            same
 */
@ConfigurationProperties("headgate.reload")
public record ReloadProperties(@DefaultValue("true") boolean watch, @DefaultValue("2s") Duration interval) {}
