package io.headgate.l7.gateway.own;

import io.headgate.filter.PredicateFactory;
import io.headgate.filter.RequestHead;
import io.headgate.l7.gateway.RequestNotes;
import io.headgate.l7.route.Condition;
import io.headgate.l7.route.RequestView;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.gateway.handler.predicate.AbstractRoutePredicateFactory;
import org.springframework.web.server.ServerWebExchange;

/** A user's predicates as Spring Cloud Gateway wants them, and as conditions of the fast lane. */
public final class OwnPredicateFactory<C> extends AbstractRoutePredicateFactory<C> {

    private static final Logger LOG = LoggerFactory.getLogger(OwnPredicateFactory.class);

    private final PredicateFactory<C> own;

    public OwnPredicateFactory(PredicateFactory<C> own) {
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
    public Predicate<ServerWebExchange> apply(C arguments) {
        Predicate<RequestHead> mine = own.create(arguments);
        return exchange -> test(mine, new SlowHead(exchange));
    }

    /** For the fast lane. */
    public Condition condition(C arguments) {
        Predicate<RequestHead> mine = own.create(arguments);
        return request -> test(mine, new FastHead(request));
    }

    private boolean test(Predicate<RequestHead> mine, RequestHead request) {
        try {
            return mine.test(request);
        } catch (RuntimeException e) {
            LOG.warn("The predicate {} has failed", own.name(), e);
            return false;
        }
    }

    private record FastHead(RequestView request) implements RequestHead {

        @Override
        public String method() {
            return request.method().name();
        }

        @Override
        public String path() {
            return request.path();
        }

        @Override
        public @Nullable String query() {
            return request.query();
        }

        @Override
        public @Nullable String header(String name) {
            return request.headers().get(name);
        }

        @Override
        public List<String> headers(String name) {
            return request.headers().getAll(name);
        }

        @Override
        public @Nullable InetSocketAddress client() {
            return request.client();
        }
    }

    private record SlowHead(ServerWebExchange exchange) implements RequestHead {

        @Override
        public String method() {
            return exchange.getRequest().getMethod().name();
        }

        @Override
        public String path() {
            return exchange.getRequest().getURI().getRawPath();
        }

        @Override
        public @Nullable String query() {
            return exchange.getRequest().getURI().getRawQuery();
        }

        @Override
        public @Nullable String header(String name) {
            return exchange.getRequest().getHeaders().getFirst(name);
        }

        @Override
        public List<String> headers(String name) {
            return List.copyOf(exchange.getRequest().getHeaders().getOrEmpty(name));
        }

        @Override
        public @Nullable InetSocketAddress client() {
            return RequestNotes.client(exchange);
        }
    }
}
