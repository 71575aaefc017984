package io.headgate.l7.gateway.admit;

import io.headgate.l7.Arrival;
import io.headgate.l7.port.Arrivals;
import java.util.function.Predicate;
import org.springframework.cloud.gateway.handler.predicate.AbstractRoutePredicateFactory;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.netty.Connection;

/** A predicate about how the client came in, with the same test on both lanes. */
public abstract sealed class ArrivalPredicateFactory<C> extends AbstractRoutePredicateFactory<C>
        permits ClientCertificateRoutePredicateFactory, ListenerRoutePredicateFactory {

    ArrivalPredicateFactory(Class<C> config) {
        super(config);
    }

    /** What the route asks of its clients. */
    public abstract Predicate<Arrival> test(C config);

    @Override
    public final Predicate<ServerWebExchange> apply(C config) {
        Predicate<Arrival> test = test(config);
        return exchange -> test.test(arrival(exchange.getRequest()));
    }

    static Arrival arrival(ServerHttpRequest request) {
        Connection connection = ServerHttpRequestDecorator.getNativeRequest(request);
        return Arrivals.of(connection.channel());
    }
}
