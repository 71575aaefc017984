package io.headgate.observe;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;

/** The methods and statuses that meters and spans distinguish; all others are counted together. */
final class KnownValues {

    private static final String UNKNOWN = "UNKNOWN";

    private static final Set<String> METHODS = Arrays.stream(HttpMethod.values()).map(HttpMethod::name)
            .collect(Collectors.toUnmodifiableSet());

    private KnownValues() {
    }

    /** The method itself, or {@code UNKNOWN}, as Spring's own meters have it. */
    static String method(String method) {
        return METHODS.contains(method) || method.equals("none") ? method : UNKNOWN;
    }

    /**
     * The status itself, or its class, such as {@code 2xx}; a text that is not a number, such as a name,
     * stays as it is.
     */
    static String status(String status) {
        if (status.isEmpty() || !status.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return status;
        }
        if (status.length() != 3 || status.charAt(0) == '0' || status.charAt(0) > '5') {
            return UNKNOWN;
        }
        return HttpStatus.resolve(Integer.parseInt(status)) != null ? status : status.charAt(0) + "xx";
    }
}
