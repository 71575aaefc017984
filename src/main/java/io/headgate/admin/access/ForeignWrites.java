package io.headgate.admin.access;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Refuses writes that a browser sends for a page of another origin. The browser says where the page comes
 * from ({@code Origin}, {@code Sec-Fetch-Site}), and without a preflight request it can send only the content
 * types of forms. So no tokens against cross-site request forgery are needed.
 */
final class ForeignWrites implements WebFilter {

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (!Writes.is(exchange)) {
            return chain.filter(exchange);
        }
        HttpHeaders headers = exchange.getRequest().getHeaders();
        String host = headers.getFirst(HttpHeaders.HOST);
        String origin = headers.getFirst(HttpHeaders.ORIGIN);
        if (origin != null && !isFrom(host, origin)) {
            return Answer.refuse(exchange, HttpStatus.FORBIDDEN,
                    "Origin: " + origin + " (expected: none, or this server's own, " + host + ")");
        }
        String site = headers.getFirst("Sec-Fetch-Site");
        if (site != null && !site.equals("same-origin") && !site.equals("none")) {
            return Answer.refuse(exchange, HttpStatus.FORBIDDEN,
                    "Sec-Fetch-Site: " + site + " (expected: same-origin)");
        }
        String type = headers.getFirst(HttpHeaders.CONTENT_TYPE);
        if (type != null && !isJson(type)) {
            return Answer.refuse(exchange, HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                    "Content-Type: " + type + " (expected: application/json)");
        }
        return chain.filter(exchange);
    }

    private static boolean isFrom(@Nullable String host, String origin) {
        try {
            return host != null && host.equalsIgnoreCase(URI.create(origin).getRawAuthority());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isJson(String type) {
        try {
            MediaType media = MediaType.parseMediaType(type);
            return media.equalsTypeAndSubtype(MediaType.APPLICATION_JSON)
                    || (media.getType().equals("application") && media.getSubtype().endsWith("+json"));
        } catch (InvalidMediaTypeException e) {
            return false;
        }
    }
}
