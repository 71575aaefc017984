package io.headgate.l7;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Methods of gRPC services, for routes that are for some of them.
 *
 * @param services full names; all methods of these
 * @param methods "service/method"
 */
public record GrpcMethods(Set<String> services, Set<String> methods) {

    private static final String EXPECTED = " (expected: service or service/method, such as shop.Orders/Get)";

    public GrpcMethods {
        services = Set.copyOf(services);
        methods = Set.copyOf(methods);
    }

    /**
     * Reads names of services, and of methods after their service and a slash.
     *
     * @throws IllegalArgumentException for one that no call can have, or where there is none
     */
    public static GrpcMethods parse(List<String> names) {
        Set<String> services = new HashSet<>();
        Set<String> methods = new HashSet<>();
        for (String name : names) {
            if (!name.matches("[\\w.-]+(/[\\w.-]+)?")) {
                throw new IllegalArgumentException("Grpc: " + name + EXPECTED);
            }
            (name.indexOf('/') < 0 ? services : methods).add(name);
        }
        if (names.isEmpty()) {
            throw new IllegalArgumentException("Grpc: none" + EXPECTED);
        }
        return new GrpcMethods(services, methods);
    }

    /**
     * Whether a request is a call of one of them.
     *
     * @param path as received, "/service/method"
     */
    public boolean match(@Nullable String contentType, String path) {
        int slash = path.indexOf('/', 1);
        return slash > 1 && Grpc.is(contentType)
                && (services.contains(path.substring(1, slash)) || methods.contains(path.substring(1)));
    }

    @Override
    public String toString() {
        return String.join(", ", services) + (services.isEmpty() || methods.isEmpty() ? "" : ", ")
                + String.join(", ", methods);
    }
}
