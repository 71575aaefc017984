package io.headgate.l7.gateway.admit;

import io.headgate.l7.HeaderNames;
import io.headgate.l7.SideRequests;
import io.headgate.l7.admit.ForwardAuth;
import io.headgate.l7.admit.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code ForwardAuth=auth, /verify}: a pool is asked whether the request may come in. */
public final class ForwardAuthGatewayFilterFactory
        extends
            AdmissionGatewayFilterFactory<ForwardAuthGatewayFilterFactory.Config> {

    private static final Duration LONGEST = Duration.ofMinutes(1);
    /** What frames a request, or says where it goes. */
    private static final HeaderNames NEVER = HeaderNames.of(List.of("Host", "Connection", "Content-Length",
            "Transfer-Encoding", "Upgrade", "TE", "Trailer", "Expect", "Content-Encoding", "Content-Type"));

    private final Supplier<? extends SideRequests> requests;

    public ForwardAuthGatewayFilterFactory(Supplier<? extends SideRequests> requests) {
        super(Config.class);
        this.requests = requests;
    }

    /** Whom to ask, and how. */
    public static final class Config extends IdentityConfig {

        private @Nullable String pool;
        private String path = "/";
        private Duration timeout = Duration.ofSeconds(5);
        private boolean failOpen;
        private List<String> requestHeaders = List.of();
        private List<String> responseHeaders = List.of();

        public @Nullable String getPool() {
            return pool;
        }

        public void setPool(String pool) {
            this.pool = pool;
        }

        public String getPath() {
            return path;
        }

        public void setPath(String path) {
            this.path = path;
        }

        public Duration getTimeout() {
            return timeout;
        }

        public void setTimeout(Duration timeout) {
            this.timeout = timeout;
        }

        public boolean isFailOpen() {
            return failOpen;
        }

        /** Whether requests come in while the service gives no answer. */
        public void setFailOpen(boolean failOpen) {
            this.failOpen = failOpen;
        }

        public List<String> getRequestHeaders() {
            return requestHeaders;
        }

        /** The client's headers that the service gets; empty for all. */
        public void setRequestHeaders(List<String> requestHeaders) {
            this.requestHeaders = names("requestHeaders", requestHeaders);
        }

        public List<String> getResponseHeaders() {
            return responseHeaders;
        }

        /** The headers of the service's answer that the member gets. */
        public void setResponseHeaders(List<String> responseHeaders) {
            this.responseHeaders = names("responseHeaders", responseHeaders);
        }

        private static List<String> names(String property, List<String> names) {
            names.forEach(name -> {
                if (!name.matches("[A-Za-z0-9-]+")) {
                    throw new IllegalArgumentException(
                            property + ": " + name + " (expected: letters, digits and hyphens)");
                }
            });
            return List.copyOf(names);
        }

        @Override
        List<Object> key() {
            return List.of(String.valueOf(pool), path, timeout, failOpen, requestHeaders, responseHeaders,
                    String.valueOf(getUserHeader()), String.valueOf(getFile()));
        }
    }

    @Override
    public List<String> shortcutFieldOrder() {
        return List.of("pool", "path");
    }

    @Override
    Rule make(Config config) {
        String pool = config.getPool();
        if (pool == null || pool.isBlank()) {
            throw new IllegalArgumentException("pool: missing (expected: the name of a pool)");
        }
        if (config.getFile() != null) {
            throw new IllegalArgumentException("file: " + config.getFile() + " (expected: none)");
        }
        if (!config.getPath().matches("/[!-~&&[^#]]*")) {
            throw new IllegalArgumentException(
                    "path: " + config.getPath() + " (expected: a path that begins with /)");
        }
        Duration timeout = config.getTimeout();
        if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("timeout: " + timeout + " (expected: 1ms to 1m)");
        }
        List<String> forMembers = new ArrayList<>(config.getResponseHeaders());
        forMembers.stream().filter(NEVER::contains).findFirst().ifPresent(name -> {
            throw new IllegalArgumentException(
                    "responseHeaders: " + name + " (expected: headers that say who the client is)");
        });
        String user = config.getUserHeader();
        if (user != null && forMembers.stream().noneMatch(user::equalsIgnoreCase)) {
            forMembers.add(user);
        }
        return new ForwardAuth(requests, new ForwardAuth.Terms(pool, config.getPath(), timeout,
                config.isFailOpen(), config.getRequestHeaders(), forMembers, user));
    }
}
