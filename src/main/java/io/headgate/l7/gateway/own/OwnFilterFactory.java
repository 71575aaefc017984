package io.headgate.l7.gateway.own;

import io.headgate.filter.FilterFactory;
import java.util.List;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;

/** A user's factory as Spring Cloud Gateway wants one: it binds the arguments, and the slow lane runs it. */
public final class OwnFilterFactory<C> extends AbstractGatewayFilterFactory<C> {

    private final FilterFactory<C> own;

    public OwnFilterFactory(FilterFactory<C> own) {
        super(own.arguments());
        this.own = own;
    }

    @Override
    public String name() {
        return own.name();
    }

    @Override
    public List<String> shortcutFieldOrder() {
        return own.shortForm();
    }

    @Override
    public GatewayFilter apply(C arguments) {
        return new OwnFilter(own.create(arguments), own.name());
    }
}
