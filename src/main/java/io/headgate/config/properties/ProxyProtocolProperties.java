package io.headgate.config.properties;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whether the real client's address comes and goes in a PROXY protocol header.
 *
 * @param accept networks whose connections begin with a header, v1 or v2; all others are then turned away
 * @param send what connections to members begin with: v1 or v2; nothing where it is missing
 */
@ConfigurationProperties("headgate.listeners.*.proxy-protocol")
public record ProxyProtocolProperties(@DefaultValue List<String> accept, @Nullable String send) {}
