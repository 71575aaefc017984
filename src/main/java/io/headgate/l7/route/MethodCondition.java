package io.headgate.l7.route;

import io.netty.handler.codec.http.HttpMethod;
import java.util.Set;

/** The method is one of these. */
public record MethodCondition(Set<HttpMethod> methods) implements Condition {

    public MethodCondition {
        methods = Set.copyOf(methods);
    }

    @Override
    public boolean matches(RequestView request) {
        return methods.contains(request.method());
    }

    @Override
    public String asks() {
        return "method " + methods;
    }

    @Override
    public String sees(RequestView request) {
        return request.method().name();
    }
}
