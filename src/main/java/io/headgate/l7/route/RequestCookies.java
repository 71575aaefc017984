package io.headgate.l7.route;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.cookie.Cookie;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The cookies of a request, read strictly (RFC 6265): malformed ones are ignored. */
record RequestCookies(List<Cookie> all) {

    static RequestCookies parse(HttpHeaders headers) {
        List<Cookie> all = new ArrayList<>();
        for (String line : headers.getAll(HttpHeaderNames.COOKIE)) {
            all.addAll(ServerCookieDecoder.STRICT.decodeAll(line));
        }
        return new RequestCookies(all);
    }

    boolean any(String name, Pattern regexp) {
        for (Cookie cookie : all) {
            if (cookie.name().equals(name) && regexp.matcher(cookie.value()).matches()) {
                return true;
            }
        }
        return false;
    }
}
