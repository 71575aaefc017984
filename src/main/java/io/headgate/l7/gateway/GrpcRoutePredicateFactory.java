package io.headgate.l7.gateway;

import io.headgate.l7.GrpcMethods;
import java.util.List;
import java.util.function.Predicate;
import org.springframework.cloud.gateway.handler.predicate.AbstractRoutePredicateFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;

/** {@code Grpc=shop.Orders/Get, shop.Stock}: calls of this method, and of all methods of that service. */
public final class GrpcRoutePredicateFactory
        extends
            AbstractRoutePredicateFactory<GrpcRoutePredicateFactory.Config> {

    public GrpcRoutePredicateFactory() {
        super(Config.class);
    }

    /** Names of services, and of methods after their service and a slash. */
    public static final class Config {

        private List<String> methods = List.of();

        public List<String> getMethods() {
            return methods;
        }

        public void setMethods(List<String> methods) {
            this.methods = List.copyOf(methods);
        }
    }

    @Override
    public List<String> shortcutFieldOrder() {
        return List.of("methods");
    }

    @Override
    public ShortcutType shortcutType() {
        return ShortcutType.GATHER_LIST;
    }

    @Override
    public Predicate<ServerWebExchange> apply(Config config) {
        GrpcMethods methods = GrpcMethods.parse(config.getMethods());
        return exchange -> methods.match(
                exchange.getRequest().getHeaders().getFirst(HttpHeaders.CONTENT_TYPE),
                exchange.getRequest().getURI().getRawPath());
    }
}
