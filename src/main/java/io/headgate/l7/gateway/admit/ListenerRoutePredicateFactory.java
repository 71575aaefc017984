package io.headgate.l7.gateway.admit;

import io.headgate.l7.Arrival;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * {@code Listener=secure}: the request came in by one of these listeners. The port of {@code server.port} has
 * the name {@value #FIRST} here.
 */
public final class ListenerRoutePredicateFactory
        extends
            ArrivalPredicateFactory<ListenerRoutePredicateFactory.Config> {

    public static final String FIRST = "server.port";

    public ListenerRoutePredicateFactory() {
        super(Config.class);
    }

    /** The listeners' names. */
    public static final class Config {

        private List<String> names = List.of();

        public List<String> getNames() {
            return names;
        }

        public void setNames(List<String> names) {
            this.names = List.copyOf(names);
        }
    }

    @Override
    public List<String> shortcutFieldOrder() {
        return List.of("names");
    }

    @Override
    public ShortcutType shortcutType() {
        return ShortcutType.GATHER_LIST;
    }

    @Override
    public Predicate<Arrival> test(Config config) {
        Set<String> names = Set.copyOf(config.getNames());
        if (names.isEmpty()) {
            throw new IllegalArgumentException("names: none (expected: the name of a listener)");
        }
        return arrival -> names.contains(arrival.listener() == null ? FIRST : arrival.listener());
    }
}
