package io.headgate.l7.gateway.compile;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Factories by name; of two with the same name the last, as in Spring Cloud Gateway. */
final class ByName {

    private ByName() {
    }

    static <T> Map<String, T> of(List<T> factories, Function<T, String> name) {
        Map<String, T> byName = new HashMap<>();
        factories.forEach(factory -> byName.put(name.apply(factory), factory));
        return Map.copyOf(byName);
    }
}
