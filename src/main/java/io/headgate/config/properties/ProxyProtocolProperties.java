package io.headgate.config.properties;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How PROXY protocol headers carry the real client's address, from clients and to members.
 *
 * @param accept the networks whose connections begin with a PROXY header, v1 or v2; connections from all
 *            others are refused then
 * @param send the version of the PROXY header that connections to members begin with: v1 or v2; by default
 *            they have none
 */
@ConfigurationProperties("headgate.listeners.*.proxy-protocol")
public record ProxyProtocolProperties(@DefaultValue List<String> accept, @Nullable String send) {}
