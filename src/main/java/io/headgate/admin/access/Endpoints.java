package io.headgate.admin.access;

import java.util.List;

/**
 * What a page must know to write: where the endpoints are, and how to log in.
 *
 * @param root what every path begins with, such as {@code /admin}; mostly empty
 * @param paths of the endpoints
 * @param logins any of {@code password}, {@code token} and {@code certificate}
 */
public record Endpoints(String root, Paths paths, List<String> logins) {

    public Endpoints {
        logins = List.copyOf(logins);
    }

    /** Where an endpoint is. */
    @FunctionalInterface
    public interface Paths {

        String of(String id);
    }

    /** Where an endpoint is, from the server's root on. */
    public String path(String id) {
        return root + paths.of(id);
    }
}
