package io.headgate.l7.gateway.expand;

import io.headgate.l7.BadTargetException;
import java.net.URI;
import java.util.Objects;
import java.util.Optional;
import org.springframework.web.server.ServerWebExchange;

/**
 * SetRequestUri, whose variables cannot change a host or port that the template fixes. Routes name a filter
 * by its class, so it has the same name.
 */
final class SetRequestUriGatewayFilterFactory
        extends
            org.springframework.cloud.gateway.filter.factory.SetRequestUriGatewayFilterFactory {

    @Override
    protected Optional<URI> determineRequestUri(ServerWebExchange exchange, Config config) {
        TargetTemplate template = TargetTemplate.uri(Objects.requireNonNull(config.getTemplate()));
        if (template.isConstant()) {
            return super.determineRequestUri(exchange, config);
        }
        URI made = URI.create(Variables.of(exchange).inUri(template));
        if (made.getHost() == null) {
            throw new BadTargetException("a URI variable makes an invalid host");
        }
        return Optional.of(made);
    }
}
