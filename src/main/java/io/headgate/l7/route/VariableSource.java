package io.headgate.l7.route;

import java.util.Map;

/** A condition whose pattern names parts of the request. */
@FunctionalInterface
public interface VariableSource {

    /** Adds the names and values that the pattern finds in a request that it matches. */
    void extract(RequestView request, Map<String, String> into);
}
