package io.headgate.l7.gateway.expand;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ORIGINAL_REQUEST_URL_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.getUriTemplateVariables;

import java.net.URI;
import java.util.Collection;
import java.util.Map;
import org.springframework.web.server.ServerWebExchange;

/**
 * The URI variables of a request on the slow lane.
 *
 * @param path the raw path that they were found in
 */
record Variables(Map<String, String> values, String path) {

    static Variables of(ServerWebExchange exchange) {
        return new Variables(getUriTemplateVariables(exchange), received(exchange).getRawPath());
    }

    /** The path before any filter changed it: the first that Spring Cloud Gateway has recorded. */
    private static URI received(ServerWebExchange exchange) {
        return exchange.getAttribute(GATEWAY_ORIGINAL_REQUEST_URL_ATTR) instanceof Collection<?> noted
                && !noted.isEmpty() && noted.iterator().next() instanceof URI first
                        ? first
                        : exchange.getRequest().getURI();
    }

    String inPath(TargetTemplate template) {
        return template.expand(values, (before, value) -> Spelling.inPath(value, path));
    }

    String inQuery(TargetTemplate template) {
        return template.expand(values, (before, value) -> Spelling.inQuery(value, path));
    }

    /** Strictly in the authority and the query; the authority ends where a slash is. */
    String inUri(TargetTemplate template) {
        return template.expand(values, (before, value) -> {
            String text = before.toString();
            int authority = text.indexOf("//");
            boolean inPath = authority >= 0 && text.indexOf('?') < 0
                    && (value.startsWith("/") || text.indexOf('/', authority + 2) >= 0);
            return inPath ? Spelling.inPath(value, path) : Spelling.inQuery(value, path);
        });
    }
}
