package io.headgate.config.properties;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whether the real client's address comes to the L7 port in a PROXY protocol header.
 *
 * @param accept the networks whose connections begin with a PROXY header, v1 or v2; connections from all
 *            others are refused then
 */
@ConfigurationProperties("headgate.client.proxy-protocol")
public record ClientProxyProperties(@DefaultValue List<String> accept) {}
