package io.headgate.l7.route;

import java.util.regex.Pattern;

/** A cookie of this name has a value that matches as a whole. */
public record CookieCondition(String name, Pattern regexp) implements Condition {

    @Override
    public boolean matches(RequestView request) {
        return request.cookies().any(name, regexp);
    }
}
