package io.headgate.l7.gateway;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.cloud.gateway.config.HttpClientFactory;
import org.springframework.cloud.gateway.config.HttpClientProperties;
import org.springframework.cloud.gateway.config.HttpClientSslConfigurer;
import reactor.netty.resources.ConnectionProvider;

/**
 * Makes Spring Cloud Gateway's client. Its pools of connections end when they are no longer used: because the
 * member is gone or, with {@code source: client}, because the client is, which has a pool for each member.
 */
public final class SlowLaneClients extends HttpClientFactory {

    private static final Duration LOOK = Duration.ofSeconds(30);
    /** Longer than its connections are kept. */
    private static final Duration UNUSED = Duration.ofMinutes(2);

    public SlowLaneClients(HttpClientProperties properties, ServerProperties server,
            HttpClientSslConfigurer tls, List<HttpClientCustomizer> customizers) {
        super(properties, server, tls, customizers);
    }

    @Override
    protected ConnectionProvider buildConnectionProvider(HttpClientProperties properties) {
        ConnectionProvider provider = super.buildConnectionProvider(properties);
        ConnectionProvider.Builder same = provider.mutate();
        return same == null ? provider : same.disposeInactivePoolsInBackground(LOOK, UNUSED).build();
    }
}
