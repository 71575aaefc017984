package io.headgate.admin.explain;

import io.headgate.l7.route.RequestView;
import io.headgate.pool.RandomSource;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request that somebody asks about, as the L7 port would receive it. */
record Question(HttpRequest request, InetSocketAddress client) {

    private static final String FORM = " (expected: a path such as /orders/1?x=2, or a URL)";

    /**
     * Reads it.
     *
     * @param url a path, or a URL whose host becomes the Host header
     * @param headers each as {@code Name: value}
     * @param client the client's address
     * @throws IllegalArgumentException if a part of it is not what it should be
     */
    static Question of(String method, String url, List<String> headers, String client) {
        if (!method.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,30}")) {
            throw new IllegalArgumentException("method: " + method + " (expected: an HTTP method)");
        }
        InetAddress address = NetUtil.createInetAddressFromIpAddressString(client);
        if (address == null) {
            throw new IllegalArgumentException("client: " + client + " (expected: an IP address)");
        }
        String target = target(url);
        HttpRequest request;
        try {
            request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), target);
            for (String header : headers) {
                int colon = header.indexOf(':');
                if (colon < 1) {
                    throw new IllegalArgumentException("header: " + header + " (expected: Name: value)");
                }
                request.headers().add(header.substring(0, colon).strip(),
                        header.substring(colon + 1).strip());
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    String.valueOf(e.getMessage()).startsWith("header: ")
                            ? e.getMessage()
                            : "header: " + e.getMessage() + " (expected: Name: value)",
                    e);
        }
        if (!request.headers().contains(HttpHeaderNames.HOST)) {
            request.headers().set(HttpHeaderNames.HOST, host(url));
        }
        return new Question(request, new InetSocketAddress(address, 0));
    }

    private static String target(String url) {
        String target = url;
        if (url.matches("(?i)https?://.*")) {
            int path = url.indexOf('/', url.indexOf("//") + 2);
            target = path < 0 ? "/" : url.substring(path);
        }
        int fragment = target.indexOf('#');
        target = fragment < 0 ? target : target.substring(0, fragment);
        if (!target.startsWith("/") || target.chars().anyMatch(c -> c <= ' ' || c == 127)) {
            throw new IllegalArgumentException("url: " + url + FORM);
        }
        return target;
    }

    private static String host(String url) {
        if (url.startsWith("/")) {
            return "localhost";
        }
        try {
            return String
                    .valueOf(URI.create(url.replaceFirst("(?<=//[^/]{1,300})/.*", "")).getRawAuthority());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("url: " + url + FORM, e);
        }
    }

    RequestView view(RandomSource random) {
        return new RequestView(request, client, random);
    }

    @Nullable
    String header(String name) {
        return request.headers().get(name);
    }

    @Override
    public String toString() {
        return request.method() + " " + request.uri();
    }
}
