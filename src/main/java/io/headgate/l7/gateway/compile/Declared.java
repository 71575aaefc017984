package io.headgate.l7.gateway.compile;

import java.util.List;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * What a user says of filters of his own, by the name of the bean or of its class.
 *
 * @param unrelatedBeans do nothing for routes
 * @param headFilters look at heads, and change nothing else
 */
record Declared(List<String> unrelatedBeans, List<String> headFilters) {

    static final String UNRELATED = "headgate.fast-path.unrelated-beans";
    static final String HEADS = "headgate.fast-path.head-filters";

    static final Declared NOTHING = new Declared(List.of(), List.of());

    static Declared in(Environment environment) {
        return new Declared(list(environment, UNRELATED), list(environment, HEADS));
    }

    private static List<String> list(Environment environment, String name) {
        return Binder.get(environment).bind(name, Bindable.listOf(String.class)).orElse(List.of());
    }

    boolean unrelated(String bean, String type) {
        return names(unrelatedBeans, bean, type);
    }

    boolean heads(String bean, String type) {
        return names(headFilters, bean, type);
    }

    private static boolean names(List<String> declared, String bean, String type) {
        return declared.contains(bean) || declared.contains(type)
                || declared.contains(type.substring(type.lastIndexOf('.') + 1));
    }
}
