package io.headgate.l7.route;

import io.headgate.l7.Arrival;
import io.headgate.l7.TargetEscapes;
import io.headgate.net.HostNames;
import io.headgate.pool.RandomSource;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.PathContainer;

/**
 * A request as conditions see it. Anything expensive is parsed once, when it is first needed. Belongs to one
 * request and one thread. The target must be in origin form.
 */
public final class RequestView {

    private final HttpRequest request;
    private final @Nullable InetSocketAddress peer;
    private final @Nullable InetSocketAddress client;
    private final Arrival arrival;
    private final RandomSource random;
    private final @Nullable String host;
    private @Nullable String hostName;
    private final String target;
    private final String path;
    private final @Nullable String query;
    private final boolean plain;
    private @Nullable Channel connection;
    private @Nullable PathContainer parsed;
    private @Nullable QueryParameters parameters;
    private @Nullable RequestCookies cookies;
    private @Nullable Draws draws;

    /**
     * Looks at a request.
     *
     * @param client its address
     * @param random draws for weight groups
     */
    public RequestView(HttpRequest request, @Nullable InetSocketAddress client, RandomSource random) {
        this(request, client, client, Arrival.PLAIN, random);
    }

    /**
     * Looks at a request.
     *
     * @param peer the address at the other end of the connection
     * @param client the client's: the peer's, unless that is a trusted proxy
     * @param arrival how the client came in
     * @param random draws for weight groups
     */
    public RequestView(HttpRequest request, @Nullable InetSocketAddress peer,
            @Nullable InetSocketAddress client, Arrival arrival, RandomSource random) {
        this.arrival = arrival;
        this.request = request;
        this.peer = peer;
        this.client = client;
        this.random = random;
        this.host = request.headers().get(HttpHeaderNames.HOST);
        this.target = request.uri();
        String escaped = TargetEscapes.escaped(target);
        int mark = escaped.indexOf('?');
        this.path = mark < 0 ? escaped : escaped.substring(0, mark);
        this.query = mark < 0 ? null : escaped.substring(mark + 1);
        this.plain = path.indexOf('%') < 0 && path.indexOf(';') < 0;
    }

    /** It came by this connection. */
    public RequestView from(Channel client) {
        connection = client;
        return this;
    }

    /** The connection of the client; null if there is none. */
    public @Nullable Channel connection() {
        return connection;
    }

    public HttpMethod method() {
        return request.method();
    }

    public HttpHeaders headers() {
        return request.headers();
    }

    /** Whether it came through TLS. */
    public boolean isSecure() {
        return arrival.scheme().equals("https");
    }

    /** Whether a browser asks whether a page of another origin may send a request (CORS). */
    public boolean isPreflight() {
        return request.method().equals(HttpMethod.OPTIONS)
                && request.headers().contains(HttpHeaderNames.ORIGIN)
                && request.headers().contains(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
    }

    /** As received, before any edit. */
    public @Nullable String host() {
        return host;
    }

    /** As it is compared. */
    @Nullable
    String hostName() {
        String known = hostName;
        if (known == null && host != null) {
            known = HostNames.normal(host);
            hostName = known;
        }
        return known;
    }

    /** As it is compared where its port does not count. */
    @Nullable
    String hostWithoutPort() {
        String name = hostName();
        int colon = name == null ? -1 : name.lastIndexOf(':');
        return name == null || colon < 0 || name.indexOf(']', colon) >= 0 ? name : name.substring(0, colon);
    }

    /** As received; missing escapes are not added. */
    public String target() {
        return target;
    }

    /** As received, neither decoded nor normalised; missing escapes are added. */
    public String path() {
        return path;
    }

    /** As received, without its question mark; null when there was none. */
    public @Nullable String query() {
        return query;
    }

    /** The other end of the connection, which may be a proxy. */
    public @Nullable InetSocketAddress peer() {
        return peer;
    }

    /** The client: the peer, or whom a trusted peer names. */
    public @Nullable InetSocketAddress client() {
        return client;
    }

    /** How the client came in. */
    public Arrival arrival() {
        return arrival;
    }

    /** Whether the path's segments are their own decoded values: no percent sign, no parameters. */
    boolean plain() {
        return plain;
    }

    /** The path in Spring's form. */
    PathContainer parsed() {
        PathContainer known = parsed;
        if (known == null) {
            known = PathContainer.parsePath(path);
            parsed = known;
        }
        return known;
    }

    QueryParameters parameters() {
        QueryParameters known = parameters;
        if (known == null) {
            known = QueryParameters.parse(query);
            parameters = known;
        }
        return known;
    }

    RequestCookies cookies() {
        RequestCookies known = cookies;
        if (known == null) {
            known = RequestCookies.parse(headers());
            cookies = known;
        }
        return known;
    }

    Draws draws() {
        Draws known = draws;
        if (known == null) {
            known = new Draws(random);
            draws = known;
        }
        return known;
    }
}
