package io.headgate.l7.gateway.compile;

import io.headgate.l7.cache.Caching;
import io.headgate.l7.compress.Compression;
import io.headgate.net.Overload;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.cors.CorsConfiguration;

/**
 * What Spring's and Spring Cloud Gateway's own properties say about every route.
 *
 * @param basePath what every path begins with, empty for nothing
 * @param hostWithPort whether Host patterns see the port of the Host header
 * @param cors which pages of other origins may use which paths
 * @param hopByHop names of headers that stay on a connection, besides the usual ones
 * @param connectTimeout for targets that are an address; null for the usual one
 * @param responseTimeout for targets that are an address; null for the usual one
 * @param ownTls whether Spring Cloud Gateway's client has TLS settings, which the fast path does not apply
 * @param compression what server.compression says about all answers; null for nothing
 * @param caching what SCG's LocalResponseCache for all routes says about their answers; null for nothing
 */
public record GatewaySettings(String basePath, boolean hostWithPort, Map<String, CorsConfiguration> cors,
        List<String> hopByHop, @Nullable Duration connectTimeout, @Nullable Duration responseTimeout,
        boolean ownTls, @Nullable Compression compression, @Nullable Caching caching,
        @Nullable Overload overload) {

    /**
     * The names that stay on a connection where no property says which. SCG's own constant is changed by it.
     */
    public static final Set<String> HOP_BY_HOP = Set.of("connection", "keep-alive", "transfer-encoding", "te",
            "trailer", "proxy-authorization", "proxy-authenticate", "x-application-context", "upgrade");

    /** Nothing is set. */
    public static final GatewaySettings NONE = new GatewaySettings("", true, Map.of(), List.of(), null, null,
            false, null, null, null);

    /** A path pattern as requests have to match it. */
    String under(String pattern) {
        return basePath.isEmpty() || pattern.startsWith("/") || pattern.length() <= 1
                ? basePath + pattern
                : basePath + "/" + pattern;
    }
}
