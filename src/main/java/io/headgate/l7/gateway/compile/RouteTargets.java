package io.headgate.l7.gateway.compile;

import io.headgate.l7.Secrets;
import io.headgate.l7.route.Target;
import io.headgate.pool.Address;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Where a route sends its requests, from its URI: {@code lb:}, {@code http:}, {@code https:} or {@code no:}.
 */
final class RouteTargets {

    private RouteTargets() {
    }

    /**
     * @param answered whether a filter answers every request
     * @param ownTls whether Spring Cloud Gateway's own client has TLS settings
     * @throws NotCompilable if only Spring Cloud Gateway can send requests there
     */
    static Target of(@Nullable URI uri, boolean answered, boolean ownTls) throws NotCompilable {
        String scheme = uri == null ? "" : String.valueOf(uri.getScheme());
        String host = uri == null ? null : uri.getHost();
        if (uri == null || host == null) {
            throw new NotCompilable("the target " + Secrets.withoutUserInfo(String.valueOf(uri)),
                    "name a pool: lb://POOL");
        }
        return switch (scheme) {
            case "lb" -> new Target.OfPool(host);
            case "http" -> fixed(host, uri.getPort() < 0 ? 80 : uri.getPort(), false);
            case "https" -> {
                if (ownTls) {
                    throw new NotCompilable(
                            "an https: target with TLS settings of spring.cloud.gateway's own client",
                            "define a pool with tls for the target");
                }
                yield fixed(host, uri.getPort() < 0 ? 443 : uri.getPort(), true);
            }
            case "no" -> {
                if (!answered) {
                    throw new NotCompilable("the target no: without RedirectTo or Respond",
                            "accept the slow lane: a filter decides where its requests go");
                }
                yield new Target.Nobody();
            }
            default -> throw new NotCompilable("a target with " + scheme + ":", "name a pool: lb://POOL");
        };
    }

    private static Target fixed(String host, int port, boolean secure) {
        return new Target.Fixed(new Address(host.replaceAll("[\\[\\]]", ""), port), secure);
    }
}
