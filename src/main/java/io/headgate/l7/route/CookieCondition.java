package io.headgate.l7.route;

import io.netty.handler.codec.http.cookie.Cookie;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A cookie of this name has a value that matches as a whole. */
public record CookieCondition(String name, Pattern regexp) implements Condition {

    @Override
    public boolean matches(RequestView request) {
        return request.cookies().any(name, regexp);
    }

    @Override
    public String asks() {
        return "cookie " + name + " that matches " + regexp;
    }

    @Override
    public @Nullable String sees(RequestView request) {
        List<String> values = request.cookies().all().stream().filter(cookie -> cookie.name().equals(name))
                .map(Cookie::value).toList();
        return values.isEmpty() ? null : String.join(", ", values);
    }
}
